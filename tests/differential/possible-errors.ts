import {
  buildASTSchema,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLSchema,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  printSchema,
  type ResponsePath,
  responsePathAsArray,
  visit,
} from 'graphql';

/** A schema that lets nulls stay where they are: all errors of an operation are told, none hidden by another's null. */
export function withoutNonNull(schema: GraphQLSchema): GraphQLSchema {
  let lenient = lenientSchemas.get(schema);
  if (lenient === undefined) {
    const strict = parse(printSchema(schema), { noLocation: true });
    lenient = buildASTSchema(
      visit(strict, {
        InputValueDefinition: () => false,
        NonNullType: ({ type }) => type,
      }),
    );
    lenientSchemas.set(schema, lenient);
  }
  return lenient;
}

const lenientSchemas = new WeakMap<GraphQLSchema, GraphQLSchema>();

/** Remembers the types of the fields that an execution meets. */
export function createTypeRecord(schema: GraphQLSchema) {
  const types = new Map<string, GraphQLOutputType>();
  return {
    recording<Source, Context>(
      resolve: GraphQLFieldResolver<Source, Context>,
    ): GraphQLFieldResolver<Source, Context> {
      return (source, args, context, info) => {
        const parent = schema.getType(info.parentType.name);
        const field =
          isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[info.fieldName] : undefined;
        if (field !== undefined) types.set(keyOf(info.path), field.type);
        return resolve(source, args, context, info);
      };
    },
    /** Places of nulls where the schema allows none. */
    wrongNulls(data: unknown): string[] {
      const found: string[] = [];
      const path: (string | number)[] = [];
      collect(data, undefined);
      return found;

      function collect(value: unknown, type: GraphQLOutputType | undefined): void {
        if (value === null && type !== undefined && isNonNullType(type)) found.push(JSON.stringify(path));
        const nullable = type !== undefined && isNonNullType(type) ? type.ofType : type;
        if (typeof value !== 'object' || value === null) return;
        for (const [key, inner] of Object.entries(value)) {
          const isItem = Array.isArray(value);
          path.push(isItem ? Number(key) : key);
          const innerType = isItem
            ? isListType(nullable)
              ? nullable.ofType
              : undefined
            : types.get(JSON.stringify(path));
          collect(inner, innerType);
          path.pop();
        }
      }
    },
  };
}

function keyOf(path: ResponsePath): string {
  return JSON.stringify(responsePathAsArray(path));
}
