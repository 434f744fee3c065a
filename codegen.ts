import type { CodegenConfig } from '@graphql-codegen/cli';

/** The domains whose resolver types are generated, one output a domain. */
const domains = ['users', 'messaging', 'notifications'];

const scalars = {
  ID: 'string',
  DateTime: { input: 'Date', output: 'Date | string' },
  Date: { input: 'string', output: 'string' },
  URL: { input: 'URL', output: 'URL | string' },
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
        contextType: `../../subgraphs/${domain}/resolvers.ts#Context`,
        mapperTypeSuffix: 'Model',
        mappers: `../../subgraphs/${domain}/models.ts`,
      },
    },
  ];
}

export default { generates: Object.fromEntries(domains.map(outputOf)) } satisfies CodegenConfig;
