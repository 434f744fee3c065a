import {
  buildASTSchema,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RoleName } from '#platform/scopes.ts';
import { type DomainNetwork, startDomains } from '#tests/domain-network.ts';
import { signUpAs } from '#tests/people.ts';
import { domains } from '../../subgraphs/domains.ts';
import { subgraphFiles } from './sdl.ts';

/**
 * Every field with arguments is asked with values of the right types that nobody takes. Whatever a refusal finds wrong has to be an
 * argument, or a field within one.
 */
let network: DomainNetwork;
let token: string;
beforeAll(async () => {
  network = await startDomains(domains);
  // Administrators may do what others may, as far as tokens go.
  ({ token } = await signUpAs(network, 'ADMIN' satisfies RoleName, 'Ada'));
});
afterAll(() => network?.close());

interface Asked {
  name: string;
  args: readonly GraphQLArgument[];
  operation: string;
}

const BAD_STRING = '\u0007';
const CASES = ['bad values', 'ids that are none'] as const;

describe.each(domains.map(({ name }) => name))('%s', (domain) => {
  const schema = schemaOf(domain);
  const asked = fieldsOf(schema);

  it.each(CASES)('names arguments where it is asked with %s', async (bad) => {
    const faults: string[] = [];
    let refused = 0;
    for (const { name, args, operation } of asked) {
      const values = Object.fromEntries(
        args.map((argument) => [argument.name, badValue(argument.type, bad)]),
      );
      const { errors = [] } = await network.graphql(domain, operation, { variables: values, token });
      for (const { extensions, message } of errors) {
        const { code, fields = [] } = extensions as { code: string; fields?: { path: string }[] };
        if (code === 'INTERNAL_SERVER_ERROR') faults.push(`${name}: ${message}`);
        if (/\b(?:page\.|ids\.\d)/.test(message)) faults.push(`${name}: ${message}`);
        if (fields.length > 0) refused += 1;
        for (const { path } of fields) if (!stands(path, args)) faults.push(`${name}: ${path}`);
      }
    }
    expect(faults).toEqual([]);
    // With good ids little is wrong where nothing but ids is taken.
    if (bad !== 'bad values') expect(refused).toBeGreaterThan(0);
  });
});

function schemaOf(domain: string): GraphQLSchema {
  const document = subgraphFiles().get(domain);
  if (document === undefined) throw new Error(`schema/ has no ${domain}.graphql`);
  const definitions = document.definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION);
  return buildASTSchema({ ...document, definitions }, { assumeValidSDL: true });
}

/** Every query and mutation that takes arguments. */
function fieldsOf(schema: GraphQLSchema): Asked[] {
  const roots = { query: schema.getQueryType(), mutation: schema.getMutationType() };
  return Object.entries(roots).flatMap(([kind, type]) =>
    Object.values(type?.getFields() ?? {})
      .filter(({ args }) => args.length > 0)
      .map(({ name, args, type: answer }) => {
        const variables = args.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ');
        const given = args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
        const selection = isLeafType(getNamedType(answer)) ? '' : '{ __typename }';
        const operation = `${kind} (${variables}) { ${name}(${given}) ${selection} }`;
        return { name: `${type?.name}.${name}`, args, operation };
      }),
  );
}

const SCALARS: Record<string, unknown> = {
  Int: -7,
  Float: -1e12,
  Boolean: true,
  DateTime: '1900-01-01T00:00:00Z',
  Date: '1900-01-01',
  URL: 'http://insecure.example/',
  LocalTime: '24:00',
  LocalDateTime: '1900-01-01T00:00',
};
const GOOD_ID = '01a0b000-0000-7000-8000-0000000000ff';

/** A value of a type that no service takes, with every field of an input. */
function badValue(type: GraphQLInputType, bad: (typeof CASES)[number]): unknown {
  if (isNonNullType(type)) return badValue(type.ofType, bad);
  if (isListType(type)) return [badValue(type.ofType, bad)];
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    return Object.fromEntries(fields.map((field) => [field.name, badValue(field.type, bad)]));
  }
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (type.name === 'ID') return bad === 'bad values' ? GOOD_ID : 'no-id';
  if (type.name === 'String') return bad === 'bad values' ? BAD_STRING.repeat(5_000) : 'a fine text';
  return SCALARS[type.name];
}

/** Whether a path leads through arguments: of a mutation, from within its input. */
function stands(path: string, args: readonly GraphQLArgument[]): boolean {
  const [input] = args;
  const fields =
    input?.name === 'input' ? inputFields(input.type) : Object.fromEntries(args.map((a) => [a.name, a.type]));
  return leads(path.split('.'), fields);
}

function leads([first = '', ...rest]: string[], fields: Record<string, GraphQLInputType>): boolean {
  const type = Object.hasOwn(fields, first) ? fields[first] : undefined;
  if (type === undefined) return false;
  const inner = isNonNullType(type) ? type.ofType : type;
  const within = isListType(inner) && /^\d+$/.test(rest[0] ?? '') ? rest.slice(1) : rest;
  return within.length === 0 || leads(within, inputFields(type));
}

function inputFields(type: GraphQLInputType): Record<string, GraphQLInputType> {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return {};
  return Object.fromEntries(Object.values(named.getFields()).map((field) => [field.name, field.type]));
}
