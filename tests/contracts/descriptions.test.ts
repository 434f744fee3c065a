import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { expect, it } from 'vitest';

it('every element of the public schema is described for whoever has nothing else', () => {
  const schema = buildSchema(readFileSync('schema/api.graphql', 'utf8'), { assumeValid: true });
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
  expect(types.length).toBeGreaterThan(50);
  expect(types.flatMap(undescribed)).toEqual([]);
});

const ROOTS = ['Query', 'Mutation', 'Subscription'];
function undescribed(type: GraphQLNamedType): string[] {
  const own = type.description || ROOTS.includes(type.name) ? [] : [type.name];
  if (isEnumType(type)) {
    const values = type.getValues().filter(({ description }) => !description);
    return [...own, ...values.map(({ name }) => `${type.name}.${name}`)];
  }
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(({ description }) => !description);
    return [...own, ...fields.map(({ name }) => `${type.name}.${name}`)];
  }
  if (!isObjectType(type)) return own;
  return [
    ...own,
    ...Object.values(type.getFields()).flatMap((field) => [
      ...(field.description ? [] : [`${type.name}.${field.name}`]),
      ...field.args
        .filter(({ description }) => !description)
        .map(({ name }) => `${type.name}.${field.name}(${name}:)`),
    ]),
  ];
}
