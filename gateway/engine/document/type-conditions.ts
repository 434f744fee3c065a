import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';

/** Whether a type condition holds of objects with this type name. Of unknown types only their own does. */
export type TypeConditionTest = (typename: string, condition: string) => boolean;

/** Makes the test for one supergraph, with its inaccessible types and its interface objects; answers are kept. */
export function createTypeConditionTest(schema: GraphQLSchema): TypeConditionTest {
  const fulfilling = new Map<string, ReadonlySet<string>>();

  function namesOf(condition: string): ReadonlySet<string> {
    let names = fulfilling.get(condition);
    if (names === undefined) {
      names = new Set([condition, ...subtypes(schema, condition)]);
      fulfilling.set(condition, names);
    }
    return names;
  }

  return (typename, condition) => typename === condition || namesOf(condition).has(typename);
}

function subtypes(schema: GraphQLSchema, condition: string): string[] {
  const type = schema.getType(condition);
  if (!isAbstractType(type)) return [];
  return Object.values(schema.getTypeMap()).flatMap((each) =>
    (isObjectType(each) || isInterfaceType(each)) && schema.isSubType(type, each) ? [each.name] : [],
  );
}
