import { readdirSync, readFileSync } from 'node:fs';
import { type FieldDefinitionNode, Kind, parse, valueFromASTUntyped } from 'graphql';
import { describe, expect, it } from 'vitest';
import { accessOf, loadProtos, serviceDefinition } from '#platform/grpc/protos.ts';

/**
 * A field that the schema marks `@shared` is read under a token that opens the methods which proto/ marks so; the mark
 * names the scopes of that method, which decide who is among those that share.
 */
const services = Object.keys(loadProtos()).filter((name) => /^fitme\..*Service$/.test(name));
const shared = services.flatMap((service) =>
  Object.entries(serviceDefinition(service))
    .filter(([, method]) => accessOf(method).shared)
    .map(([name, method]) => ({ service, name, scopes: accessOf(method).scopes })),
);

describe('what is shared', () => {
  const marked = readdirSync('schema')
    .filter((file) => /^[a-z]+\.graphql$/.test(file) && !['api.graphql', 'supergraph.graphql'].includes(file))
    .flatMap((file) => markedFieldsOf(file.replace('.graphql', '')));

  it('is read by methods that are marked, under the scopes that they name', () => {
    expect(marked.length).toBeGreaterThan(10);
    for (const { domain, path, scopes, isOfAllDomains } of marked) {
      // Whatever leads to it names the scopes.
      if (isOfAllDomains) {
        expect(scopes, path).toEqual([]);
        continue;
      }
      const methods = shared.filter(({ service }) => service.startsWith(`fitme.${domain}.`));
      expect(
        methods.map((method) => method.scopes),
        path,
      ).toContainEqual(scopes);
    }
  });

  it('changes nothing, and goes out from ids', () => {
    expect(shared.length).toBeGreaterThan(2);
    for (const { name } of shared) expect(name).toMatch(/^Batch(Get|List)/);
  });
});

interface Marked {
  domain: string;
  path: string;
  scopes: string[];
  /** Its type is a value that several domains answer with, as PageInfo is. */
  isOfAllDomains: boolean;
}

function markedFieldsOf(domain: string): Marked[] {
  const { definitions } = parse(readFileSync(`schema/${domain}.graphql`, 'utf8'));
  return definitions.flatMap((type) =>
    type.kind === Kind.OBJECT_TYPE_DEFINITION
      ? (type.fields ?? []).flatMap((field) => {
          const scopes = scopesOf(field);
          const path = `${type.name.value}.${field.name.value}`;
          const isOfAllDomains = type.directives?.some(({ name }) => name.value === 'shareable') === true;
          return scopes === undefined ? [] : [{ domain, path, scopes, isOfAllDomains }];
        })
      : [],
  );
}

function scopesOf(field: FieldDefinitionNode): string[] | undefined {
  const mark = field.directives?.find(({ name }) => name.value === 'shared');
  if (mark === undefined) return undefined;
  const value = mark.arguments?.[0]?.value;
  return value === undefined ? [] : (valueFromASTUntyped(value) as string[]);
}
