import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { withLock } from '../processes/lock.ts';

/**
 * A process of lock.test.ts. Told to work, it takes the lock of a file, writes into the journal beside it that it is in and that it
 * is out again, and says so; told to hold, it stays in until it is killed.
 */
process.on('message', async ({ task, file }: { task: 'work' | 'hold'; file: string }) => {
  const journal = `${file}.journal`;
  await withLock(file, async () => {
    if (task === 'hold') {
      process.send?.('held');
      return new Promise(() => {});
    }
    appendFileSync(journal, 'in\n');
    for (let reads = 0; reads < 20; reads++) await readFile(journal);
    appendFileSync(journal, 'out\n');
  });
  process.send?.('worked');
});
process.send?.('ready');
