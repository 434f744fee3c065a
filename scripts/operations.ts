import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSchema } from 'graphql';
import { makeManifest, OperationsError } from './operations/manifest.ts';
import { ROOT } from './paths.ts';
import { runMain, SetupError } from './terminal.ts';

const USAGE = 'npm run operations -- <folder of .graphql files> [manifest.json] [--schema <api schema>]';

/** Makes the manifest of trusted documents from a folder of operations; gateway/README.md says what it is for. */
await runMain(async () => {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { schema: { type: 'string', default: join(ROOT, 'schema/api.graphql') } },
  });
  const [folder, output = 'persisted-query-manifest.json'] = positionals;
  if (folder === undefined) throw new SetupError(`Say where the operations are: ${USAGE}`);
  const paths = globSync('**/*.graphql', { cwd: folder }).sort();
  if (paths.length === 0) throw new SetupError(`${resolve(folder)} holds no .graphql file: ${USAGE}`);
  const files = paths.map((path) => ({
    path: join(folder, path),
    text: readFileSync(join(folder, path), 'utf8'),
  }));
  const manifest = manifestOf(files, values.schema);
  writeFileSync(output, `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(`${output} holds ${manifest.operations.length} operations.`);
});

function manifestOf(files: Parameters<typeof makeManifest>[0], schemaPath: string) {
  try {
    return makeManifest(files, buildSchema(readFileSync(schemaPath, 'utf8')));
  } catch (error) {
    if (!(error instanceof OperationsError)) throw error;
    throw new SetupError(`Operations that ${schemaPath} does not answer:\n${error.message}`);
  }
}
