import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { connectSocket } from '#tests/fixtures/socket-client.ts';
import { createBatchedReads, type TopicRead } from '../live/topics/grpc-sources.ts';

describe('topics that have news at the same time', () => {
  let library: Library;
  beforeAll(async () => {
    library = await startLibrary();
  });
  afterAll(() => library.close());

  it('are read together, and each subscriber gets their own', async () => {
    const shelves = Array.from({ length: 40 }, () => randomUUID());
    const socket = await connectSocket(library.gateway.url, await library.issuer.token('ann'));
    const operations = shelves.map((shelf) =>
      socket.operate('subscription ($shelf: ID!) { e: shelfEvents(shelfId: $shelf) { book { id } } }', {
        shelf,
      }),
    );
    await expect.poll(() => library.gateway.live().subscriptions).toBe(40);
    const calls = library.live.calls('BatchRead');
    await Promise.all(
      shelves.map((shelf) =>
        library.live.append(`library.shelf.${shelf}`, {
          kind: 'library.book-added',
          subjects: { book: shelf },
        }),
      ),
    );
    for (const [index, operation] of operations.entries())
      expect(await operation.next()).toEqual({ data: { e: { book: { id: shelves[index] } } } });
    expect(library.live.calls('BatchRead')).toBeGreaterThan(calls);
    await socket.close();
  });
});

describe('reads of one source', () => {
  /** A source whose calls end when the test says so. */
  function openSource() {
    const calls: { reads: readonly TopicRead[]; answer: PromiseWithResolvers<(string | null)[]> }[] = [];
    const call = (reads: readonly TopicRead[]) => {
      const answer = Promise.withResolvers<(string | null)[]>();
      calls.push({ reads, answer });
      return answer.promise;
    };
    const read = createBatchedReads<string>({
      one: async (asked) => (await call([asked]))[0] ?? '',
      several: call,
    });
    const { signal } = new AbortController();
    const ask = (topic: string, until = signal) => read({ topic, afterSeq: 0, limit: 1 }, until);
    return { calls, ask };
  }

  it('that are asked for in one turn are one call; what there is not is NOT_FOUND for those who asked for it', async () => {
    const { calls, ask } = openSource();
    const answers = Promise.allSettled(['a', 'b', 'c'].map((topic) => ask(topic)));
    await turn();
    expect(calls.map(({ reads }) => reads.map(({ topic }) => topic))).toEqual([['a', 'b', 'c']]);
    calls[0]?.answer.resolve(['A', null, 'C']);
    expect(await answers).toMatchObject([{ value: 'A' }, { reason: { code: 'NOT_FOUND' } }, { value: 'C' }]);
  });

  it('wait while several calls are under way, and are one call then, without those that nobody wants any more', async () => {
    const { calls, ask } = openSource();
    const first: Promise<string>[] = [];
    for (const topic of ['a', 'b', 'c', 'd']) {
      first.push(ask(topic));
      await turn();
    }
    const leaving = new AbortController();
    const left = ask('x', leaving.signal).catch((error: unknown) => error);
    const later = [ask('y'), ask('z')];
    await turn();
    expect(calls).toHaveLength(4);
    leaving.abort();
    calls[0]?.answer.resolve(['A']);
    expect(await first[0]).toBe('A');
    await turn();
    expect(calls[4]?.reads.map(({ topic }) => topic)).toEqual(['y', 'z']);
    calls[4]?.answer.resolve(['Y', 'Z']);
    expect(await Promise.all(later)).toEqual(['Y', 'Z']);
    expect(await left).toMatchObject({ name: 'AbortError' });
  });
});
