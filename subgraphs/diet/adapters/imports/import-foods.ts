import type { ReadStream } from 'node:fs';
import { createReadStream, statSync } from 'node:fs';
import { basename } from 'node:path';
import { createGunzip } from 'node:zlib';
import type { DumpSource, FoodImports, ImportedFood } from '../../store/food-imports.ts';
import { parseFdcFood } from './fdc.ts';
import type { ParsedRow } from './imported-food.ts';
import { jsonElements, type Piece, textLines } from './json-elements.ts';
import { type OffParser, readOffHeader } from './off.ts';

/** How far an import has come. */
export interface ImportProgress {
  /** Bytes of the file, packed as they are. */
  readBytes: number;
  totalBytes: number;
  /** Rows that are done, those of an earlier run among them. */
  doneRows: number;
  badRows: number;
}

export interface ImportOptions {
  source: DumpSource;
  /** The dump; unpacked on the way where its name ends in .gz. */
  file: string;
  imports: FoodImports;
  signal: AbortSignal;
  /** Told of each row that is skipped. */
  onBadRow(line: number, fault: string): void;
  /** Told after each batch. */
  onProgress(progress: ImportProgress): void;
}

/** Rows of one transaction. */
const batchSize = 500;

/**
 * Brings a dump into the catalogue without holding it: foods that are there already are brought up to date, a row that is
 * no food is told of and skipped. A run that was cut off is taken up behind the last batch that was written.
 */
export async function importFoods(options: ImportOptions): Promise<ImportProgress> {
  const { source, file, imports, signal, onBadRow, onProgress } = options;
  const totalBytes = statSync(file).size;
  const name = `${basename(file)} ${totalBytes}`;
  const stream = createReadStream(file, { signal });
  const resumed = await imports.begin(source, name);
  const progress: ImportProgress = { readBytes: 0, totalBytes, ...resumed };
  let [row, foods]: [number, ImportedFood[]] = [0, []];

  async function write(): Promise<void> {
    await imports.write(source, foods, { doneRows: progress.doneRows, badRows: progress.badRows });
    foods = [];
    onProgress({ ...progress, readBytes: stream.bytesRead });
  }

  for await (const { line, parsed } of rowsOf(source, stream, file)) {
    if (++row <= resumed.doneRows) continue;
    if ('food' in parsed) foods.push(parsed.food);
    else if ('fault' in parsed) {
      progress.badRows++;
      onBadRow(line, parsed.fault);
    }
    progress.doneRows = row;
    if (row % batchSize === 0) await write();
  }
  await write();
  await imports.finish(source);
  return { ...progress, readBytes: totalBytes };
}

async function* rowsOf(
  source: DumpSource,
  stream: ReadStream,
  file: string,
): AsyncGenerator<{ line: number; parsed: ParsedRow }> {
  const bytes = file.endsWith('.gz') ? stream.pipe(createGunzip()) : stream;
  stream.on('error', (error) => bytes.destroy(error));
  const chunks: AsyncIterable<string> = bytes.setEncoding('utf8');
  if (source === 'FDC') {
    for await (const { line, text } of jsonElements(chunks)) yield { line, parsed: parseFdcFood(text) };
    return;
  }
  yield* offRows(textLines(chunks));
}

async function* offRows(lines: AsyncIterable<Piece>): AsyncGenerator<{ line: number; parsed: ParsedRow }> {
  let parse: OffParser | null = null;
  for await (const { line, text } of lines) {
    if (parse === null) parse = readOffHeader(text);
    else if (text !== '') yield { line, parsed: parse(text) };
  }
}
