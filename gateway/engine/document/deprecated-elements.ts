import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const NONE: readonly string[] = [];

/**
 * What of a schema a document asks for although it is deprecated, by schema coordinates ("Query.me", "Query.gyms(near:)",
 * "Weekday.SUNDAY"), each once. Values of variables are not looked into.
 */
export function deprecatedElements(schema: GraphQLSchema, document: DocumentNode): readonly string[] {
  const found = new Set<string>();
  const types = new TypeInfo(schema);
  const note = (
    element: { deprecationReason?: string | null } | null | undefined,
    coordinate: () => string,
  ) => {
    if (element?.deprecationReason != null) found.add(coordinate());
  };
  const field = () => `${types.getParentType()?.name}.${types.getFieldDef()?.name}`;
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: () => note(types.getFieldDef(), field),
      Argument: () => note(types.getArgument(), () => `${field()}(${types.getArgument()?.name}:)`),
      ObjectField({ name }) {
        const type = getNamedType(types.getParentInputType());
        if (type && 'getFields' in type)
          note(type.getFields()[name.value], () => `${type.name}.${name.value}`);
      },
      EnumValue({ value }) {
        note(types.getEnumValue(), () => `${getNamedType(types.getInputType())?.name}.${value}`);
      },
    }),
  );
  return found.size === 0 ? NONE : [...found];
}
