import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest';
import { createLogger } from '#observability/logger.ts';
import { createMetrics } from '#observability/metrics.ts';
import { createWakeups, type Wakeups } from '#platform/events/wakeups.ts';
import { type LibraryLiveSource, serveLiveSource } from '#tests/fixtures/library/live-source.ts';
import type { InvalidatedEntities } from '../../engine/caching/invalidated-entities.ts';
import { createInvalidation } from '../invalidation.ts';
import { type AnswerStore, createAnswerStore } from '../store.ts';

const log = createLogger({ level: 'silent', name: 'invalidation' });
const BOOKS: InvalidatedEntities = new Map([
  [
    'Book',
    {
      type: 'Book',
      key: 'id',
      events: [{ kind: 'library.book-renamed', subject: 'book' }],
    },
  ],
]);

let redis: Redis;
let wakeups: Wakeups;
let source: LibraryLiveSource;
let store: AnswerStore;

beforeAll(async () => {
  // A database that no other test has answers in.
  const redisUrl = `${inject('redisUrl').replace(/\/\d*$/, '')}/3`;
  redis = new Redis(redisUrl);
  wakeups = createWakeups({ redisUrl, log });
  source = await serveLiveSource(wakeups);
  store = createAnswerStore({ redis, longestMs: 60_000 });
});
beforeEach(() => redis.flushdb());
afterAll(async () => {
  source?.close();
  await wakeups?.close();
  redis?.disconnect();
});

function start() {
  const invalidation = createInvalidation({
    store,
    sources: { library: source.address },
    serviceToken: async () => 'token',
    wakeups,
    log,
    metrics: createMetrics({ process: false }),
    pollMs: 100,
  });
  invalidation.heed(BOOKS);
  return invalidation;
}

async function keep(key: string, id: string): Promise<boolean> {
  const answer = { data: '{"book":null}', expiresAt: Date.now() + 60_000 };
  return store.keep(key, answer, [`Book:${id}`], await store.now());
}

const heard = () => expect.poll(() => store.position('library')).not.toBeNull();

it('hears what happened while every gateway was down', async () => {
  const first = start();
  await heard();
  expect(await keep('changed', '1')).toBe(true);
  expect(await keep('unchanged', '2')).toBe(true);
  await first.close();
  await source.eventLog.append('library.book-renamed', '1');
  const second = start();
  await expect.poll(() => store.find('changed')).toBeNull();
  expect(await store.find('unchanged')).not.toBeNull();
  await second.close();
});

it('forgets everything where nobody knows what was heard', async () => {
  await keep('kept', '1');
  const invalidation = start();
  await expect.poll(() => store.find('kept')).toBeNull();
  await invalidation.close();
});

it('forgets everything where the log has lost its history', async () => {
  const invalidation = start();
  await heard();
  await keep('kept', '1');
  source.eventLog.loseHistory();
  await expect.poll(() => store.find('kept')).toBeNull();
  await invalidation.close();
});

it('keeps no answer that was begun before one of its entities changed', async () => {
  const begun = await store.now();
  const answer = { data: '{}', expiresAt: Date.now() + 60_000 };
  await store.invalidate(['Book:1']);
  expect(await store.keep('old', answer, ['Book:2', 'Book:1'], begun)).toBe(false);
  expect(await store.find('old')).toBeNull();
  expect(await store.keep('other', answer, ['Book:2'], begun)).toBe(true);
  expect(await store.keep('new', answer, ['Book:1'], await store.now())).toBe(true);
});

const keepForAWhile = async () =>
  store.keep('short', { data: '{}', expiresAt: Date.now() + 4_000 }, ['Book:1'], await store.now());

it('leaves nothing in Redis once answers have expired', async () => {
  expect(await keepForAWhile()).toBe(true);
  await expect.poll(() => redis.dbsize()).toBe(0);
});

it('remembers of an entity no answer that has expired', async () => {
  expect(await keepForAWhile()).toBe(true);
  await keep('long', '1');
  await expect.poll(() => store.find('short')).toBeNull();
  await keep('longer', '1');
  expect(await redis.zrange('fitme:{answers}:entries:Book:1', 0, -1)).toEqual([
    'fitme:{answers}:answer:long',
    'fitme:{answers}:answer:longer',
  ]);
});
