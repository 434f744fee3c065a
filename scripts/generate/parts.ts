import { globSync } from 'node:fs';
import { join } from 'node:path';
import { readDomains } from '../database/domains.ts';
import { ROOT } from '../paths.ts';
import { mustRunTool, toolPath } from '../processes/tool.ts';

/** One kind of generated code. */
export interface Part {
  name: string;
  /** The files, relative to the project, that decide what comes out. */
  inputs: string[];
  /** The packages whose version decides too. */
  packages: string[];
  /** The folder that comes out, relative to the project. */
  output: string;
  generate(): Promise<void>;
}

/** All generated code, a part for each thing that can be made alone. */
export function listParts(): Part[] {
  return [protoTypes(), resolverTypes(), ...readDomains().map(({ name }) => prismaClient(name))];
}

function protoTypes(): Part {
  const output = 'gen/proto';
  const protos = globSync('**/*.proto', { cwd: join(ROOT, 'proto') }).sort();
  return {
    name: 'types of proto/',
    inputs: protos.map((file) => `proto/${file}`),
    packages: ['@grpc/proto-loader'],
    output,
    generate: () =>
      mustRunTool(toolPath('proto-loader-gen-types'), [
        // The loader's options at run time are the same: platform/grpc/protos.ts.
        ...[
          '--longs',
          'String',
          '--enums',
          'String',
          '--defaults',
          '--arrays',
          '--oneofs',
          '--includeComments',
        ],
        ...['--importFileExtension', '.ts', '--targetFileExtension', '.ts', '--grpcLib', '@grpc/grpc-js'],
        ...['-I', 'proto', '-O', output, ...protos],
      ]),
  };
}

function resolverTypes(): Part {
  return {
    name: 'resolver types of schema/',
    inputs: ['codegen.ts', ...globSync(['schema/*.graphql', 'subgraphs/*/models.ts'], { cwd: ROOT }).sort()],
    packages: [
      '@graphql-codegen/cli',
      '@graphql-codegen/typescript',
      '@graphql-codegen/typescript-resolvers',
    ],
    output: 'gen/graphql',
    generate: () =>
      mustRunTool(toolPath('graphql-codegen'), ['--config', 'codegen.ts', '--silent', '--errors-only']),
  };
}

function prismaClient(domain: string): Part {
  const schema = `prisma/${domain}/schema.prisma`;
  return {
    name: `client of prisma/${domain}`,
    inputs: [schema],
    packages: ['prisma', '@prisma/client'],
    output: `gen/prisma/${domain}`,
    generate: () => {
      // The command would download an engine that it does not use here; naming any program as that engine prevents it.
      const env = {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      };
      return mustRunTool(toolPath('prisma'), ['generate', '--schema', schema, '--no-hints'], { env });
    },
  };
}
