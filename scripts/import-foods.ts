import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openCatalogue } from '../subgraphs/diet/index.ts';
import { domainUrl } from './database/access.ts';
import { createProgressBar } from './imports/progress-bar.ts';
import { runMain, SetupError } from './terminal.ts';

const USAGE = `Usage: npm run import:foods -- --source fdc|off <file>
  fdc  a JSON download of FoodData Central (fdc.nal.usda.gov/download-datasets)
  off  the CSV export of Open Food Facts (world.openfoodfacts.org/data); a file that ends in .gz is unpacked on the way
The database is DIET_DATABASE_URL, or that of DATABASE_URL. A run that was cut off goes on where it stopped.`;

/** Brings a dump of foods into the catalogue of the domain diet. */
await runMain(async () => {
  const { source, file } = readArguments();
  const catalogue = openCatalogue(readUrl());
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  const bar = createProgressBar(process.stderr);
  try {
    const { doneRows, badRows } = await catalogue.import({
      source,
      file,
      signal: interrupted.signal,
      onBadRow: (line, fault) => bar.print(`${file}:${line}: skipped, since ${fault}`),
      onProgress: (progress) => bar.show(progress),
    });
    bar.end();
    console.log(
      `${doneRows - badRows} foods of ${doneRows} rows are in the catalogue; ${badRows} were skipped.`,
    );
  } catch (error) {
    bar.end();
    if (!interrupted.signal.aborted) throw error;
    throw new SetupError('Interrupted: run the same command again, and it goes on where it stopped.');
  } finally {
    await catalogue.close();
  }
});

function readArguments(): { source: 'FDC' | 'OFF'; file: string } {
  let parsed: { values: { source?: string }; positionals: string[] };
  try {
    parsed = parseArgs({ allowPositionals: true, options: { source: { type: 'string' } } });
  } catch {
    throw new SetupError(USAGE);
  }
  const source = parsed.values.source?.toUpperCase();
  const [file] = parsed.positionals;
  if ((source !== 'FDC' && source !== 'OFF') || file === undefined) throw new SetupError(USAGE);
  if (!existsSync(file)) throw new SetupError(`There is no file ${file}.\n${USAGE}`);
  return { source, file };
}

function readUrl(): string {
  const own = process.env['DIET_DATABASE_URL'];
  const adminUrl = process.env['DATABASE_URL'];
  if (own) return own;
  if (adminUrl) return domainUrl(adminUrl, 'diet');
  throw new SetupError(
    'Set DIET_DATABASE_URL or DATABASE_URL to the database whose catalogue is to be filled.',
  );
}
