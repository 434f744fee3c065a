import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOADER_OPTIONS } from '../../platform/grpc/loader-options.ts';
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
  return [
    protoTypes(),
    eventTypes(),
    resolverTypes(),
    ...readDomains().map(({ name }) => prismaClient(name)),
  ];
}

function protoTypes(): Part {
  const output = 'gen/proto';
  const protos = globSync('**/*.proto', { cwd: join(ROOT, 'proto') }).sort();
  return {
    name: 'types of proto/',
    inputs: ['platform/grpc/loader-options.ts', ...protos.map((file) => `proto/${file}`)],
    packages: ['@grpc/proto-loader'],
    output,
    generate: () =>
      mustRunTool(toolPath('proto-loader-gen-types'), [
        ...loaderFlags(),
        '--includeComments',
        ...['--importFileExtension', '.ts', '--targetFileExtension', '.ts', '--grpcLib', '@grpc/grpc-js'],
        ...['-I', 'proto', '-O', output, ...protos],
      ]),
  };
}

/** The messages that an event's payload can be, by name: whoever adds one to proto/fitme/events has nothing else to edit. */
function eventTypes(): Part {
  const folder = 'proto/fitme/events/v1';
  const files = globSync(`${folder}/*.proto`, { cwd: ROOT }).filter(
    (file) => !file.endsWith('/events.proto'),
  );
  return {
    name: 'types of events',
    inputs: files.sort(),
    packages: [],
    output: 'gen/events',
    async generate() {
      const texts = files.map((file) => readFileSync(join(ROOT, file), 'utf8'));
      const names = texts.flatMap((text) =>
        [...text.matchAll(/^message (\w+)/gm)].map(([, name = '']) => name),
      );
      const imports = names.map(
        (name) => `import type { ${name}__Output } from '../proto/fitme/events/v1/${name}.ts';`,
      );
      const members = names.map(
        (name) => `  ${name.charAt(0).toLowerCase()}${name.slice(1)}: ${name}__Output;`,
      );
      mkdirSync(join(ROOT, 'gen/events'), { recursive: true });
      writeFileSync(
        join(ROOT, 'gen/events/messages.ts'),
        `${imports.join('\n')}\n\nexport interface EventMessages {\n${members.join('\n')}\n}\n`,
      );
    },
  };
}

/** The options that messages are loaded with, as flags: `--longs String`, `--defaults`. */
function loaderFlags(): string[] {
  return Object.entries(LOADER_OPTIONS).flatMap(([option, value]) =>
    value === true ? [`--${option}`] : [`--${option}`, value.name],
  );
}

function resolverTypes(): Part {
  return {
    name: 'resolver types of schema/',
    inputs: [
      'codegen.ts',
      ...globSync(['schema/*.graphql', 'subgraphs/*/graphql/models.ts'], { cwd: ROOT }).sort(),
    ],
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
