import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { compose, writeComposed } from './compose.ts';
import { generate } from './generate.ts';
import { writeMigration } from './migration.ts';
import { type DomainNames, readNames } from './new-domain/names.ts';
import { type NewText, registrationsOf } from './new-domain/registrations.ts';
import { ROOT } from './paths.ts';
import { mustRunTool } from './processes/tool.ts';
import { runMain, step } from './terminal.ts';

const TEMPLATES = 'scripts/new-domain/template';

/**
 * `npm run new:domain payments`: writes a domain in its rooms with all that belongs to it, so that it runs, composes, and
 * answers through both of its doors: a service that makes something and reads it again, to be made into what is wanted.
 */
await runMain(async () => {
  const [domain, thing] = process.argv.slice(2);
  const names = readNames(domain, thing);
  const texts = [...templatesOf(names), ...registrationsOf(names)];
  await step('Wrote its rooms and contracts, and listed it', () => write(texts));
  await step('Composed the graph', async () => writeComposed(compose()));
  await step('Generated code', generate);
  await step('Wrote its first migrations', () => writeMigration(names.domain, 'first_tables'));
  console.log(
    `subgraphs/${names.domain} makes what is called ${names.thing}, and reads it again. Next: say in proto/fitme/${names.domain}/v1,\n` +
      `schema/${names.domain}.graphql and prisma/${names.domain} what it is really about, and run npm test -- subgraphs/${names.domain} tests/contracts.\n` +
      `Where clients are to listen, add schema/${names.domain}.live.graphql; a call to another domain stands in tests/e2e/trace-matrix.ts.`,
  );
});

/** The templates with the names in them; a file's own name has them, too. */
function templatesOf(names: DomainNames): NewText[] {
  const article = /^[aeiou]/.test(names.thing) ? '$1n ' : '$1 ';
  const named = (text: string) =>
    text
      .replaceAll(/\b([Aa]) (?=__thing__)/g, article)
      .replaceAll(
        /__(domain|Domain|thing|Thing|things|Things)__/g,
        (_, form: keyof DomainNames) => names[form],
      );
  return globSync('**/*.template', { cwd: join(ROOT, TEMPLATES) }).map((file) => ({
    path: named(file).replace(/\.template$/, ''),
    text: named(readFileSync(join(ROOT, TEMPLATES, file), 'utf8')),
  }));
}

/** Writes and formats: names differ in length and in the alphabet, and lines and the order of imports with them. */
async function write(texts: readonly NewText[]): Promise<void> {
  for (const { path, text } of texts) {
    mkdirSync(join(ROOT, dirname(path)), { recursive: true });
    writeFileSync(join(ROOT, path), text);
  }
  const formatted = texts.map(({ path }) => path).filter((path) => /\.(?:ts|graphql)$/.test(path));
  await mustRunTool('node_modules/@biomejs/biome/bin/biome', ['check', '--write', ...formatted]);
}
