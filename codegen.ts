import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';

/** The domains, whose resolver types are generated, one output each. */
const domains = readdirSync('subgraphs', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const scalars = {
  ID: 'string',
  DateTime: { input: 'Date', output: 'Date | string' },
  Date: { input: 'Date', output: 'Date | string' },
  URL: { input: 'URL', output: 'URL | string' },
  LocalTime: 'string',
  LocalDateTime: 'string',
};

function outputOf(domain: string): [string, CodegenConfig['generates'][string]] {
  return [
    `gen/graphql/${domain}.ts`,
    {
      schema: `schema/${domain}.graphql`,
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        useTypeImports: true,
        enumsAsConst: true,
        emitLegacyCommonJSImports: false,
        avoidOptionals: { field: true, inputValue: false },
        scalars,
        contextType: `../../subgraphs/${domain}/graphql/context.ts#Context`,
        mappers: mappersOf(domain),
      },
    },
  ];
}

/** What resolvers get as their parent: graphql/models.ts exports `XModel` for the GraphQL type X. */
function mappersOf(domain: string): Record<string, string> {
  const file = new URL(`subgraphs/${domain}/graphql/models.ts`, import.meta.url);
  const source = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const types = [...source.matchAll(/^export (?:interface|type) (\w+)Model\b/gm)].map(
    (match) => match[1] as string,
  );
  return Object.fromEntries(
    types.map((type) => [type, `../../subgraphs/${domain}/graphql/models.ts#${type}Model`]),
  );
}

export default { generates: Object.fromEntries(domains.map(outputOf)) } satisfies CodegenConfig;
