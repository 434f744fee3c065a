import { DomainError } from '#platform/errors.ts';

/** A read of one topic. */
export interface TopicRead {
  topic: string;
  afterSeq: number;
  limit: number;
}

/** How a source is read. */
export interface ReadCalls<Page> {
  one(read: TopicRead, signal: AbortSignal): Promise<Page>;
  /** Answers a page a read, in the order of the reads; null where there is no such topic. */
  several(reads: readonly TopicRead[]): Promise<readonly (Page | null)[]>;
}

/** Most reads of one call, as BatchRead takes them. */
const MOST_READS = 200;
/** Calls that are under way at a time: what is asked for meanwhile waits, and is one call then. */
const MOST_CALLS = 4;

interface Waiting<Page> {
  read: TopicRead;
  signal: AbortSignal;
  resolve(page: Page): void;
  reject(error: unknown): void;
}

/**
 * Reads topics of one source, those that are asked for in the same turn in one call. The busier a source is, the more
 * of them become one; where it is not, nobody waits.
 */
export function createBatchedReads<Page>({ one, several }: ReadCalls<Page>) {
  const waiting: Waiting<Page>[] = [];
  let underWay = 0;
  let isDue = false;

  function flush(): void {
    isDue = false;
    while (waiting.length > 0 && underWay < MOST_CALLS) {
      const { wanted = [], unwanted = [] } = Object.groupBy(waiting.splice(0, MOST_READS), ({ signal }) =>
        signal.aborted ? 'unwanted' : 'wanted',
      );
      for (const { signal, reject } of unwanted) reject(signal.reason);
      if (wanted.length === 0) continue;
      underWay += 1;
      void call(wanted).finally(() => {
        underWay -= 1;
        if (waiting.length > 0) flush();
      });
    }
  }

  async function call(batch: readonly Waiting<Page>[]): Promise<void> {
    const [first] = batch;
    try {
      if (batch.length === 1 && first !== undefined)
        return first.resolve(await one(first.read, first.signal));
      const pages = await several(batch.map(({ read }) => read));
      for (const [index, { resolve, reject }] of batch.entries()) {
        const page = pages[index] ?? null;
        if (page === null) reject(new DomainError('NOT_FOUND', 'There is no such topic.'));
        else resolve(page);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return (read: TopicRead, signal: AbortSignal): Promise<Page> =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      waiting.push({ read, signal, resolve, reject });
      if (isDue) return;
      isDue = true;
      setImmediate(flush);
    });
}
