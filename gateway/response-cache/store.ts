import type { Redis, Result } from 'ioredis';
import { INVALIDATE, KEEP } from './scripts.ts';

/** An answer that is kept. */
export interface KeptAnswer {
  /** JSON of `data`. */
  data: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** A moment by the clock of Redis, which all gateways share. */
export type Moment = string;

/** Answers in Redis, and which entities are in them. Every method rejects while Redis is away. */
export interface AnswerStore {
  find(key: string): Promise<KeptAnswer | null>;
  now(): Promise<Moment>;
  /**
   * Keeps an answer whose making began at a moment, unless an entity in it was invalidated since: it may have been read
   * before that changed. Answers whether it was kept.
   */
  keep(key: string, answer: KeptAnswer, tags: readonly string[], begun: Moment): Promise<boolean>;
  /** Forgets all answers with one of these entities, and those that are being made. */
  invalidate(tags: readonly string[]): Promise<void>;
  /** Forgets all answers. */
  clear(): Promise<void>;
  /** How far a domain's events have been read. */
  position(domain: string): Promise<string | null>;
  setPosition(domain: string, position: string): Promise<void>;
}

export interface AnswerStoreOptions {
  redis: Redis;
  /** The longest time that an answer can be in the making, milliseconds. */
  longestMs: number;
}

/** In braces, so that a cluster keeps them on one node: the scripts touch several at a time. */
const PREFIX = 'fitme:{answers}:';
/** Tags that one script takes: it keeps Redis from everything else. */
const BATCH = 100;

/** Makes the store. */
export function createAnswerStore({ redis, longestMs }: AnswerStoreOptions): AnswerStore {
  redis.defineCommand('keepAnswer', { lua: KEEP });
  redis.defineCommand('invalidateAnswers', { lua: INVALIDATE });
  return {
    async find(key) {
      const text = await redis.get(answerKey(key));
      if (text === null) return null;
      const end = text.indexOf('\n');
      return { expiresAt: Number(text.slice(0, end)), data: text.slice(end + 1) };
    },
    async now() {
      const [seconds, microseconds] = await redis.time();
      return String(Number(seconds) * 1_000_000 + Number(microseconds));
    },
    async keep(key, { data, expiresAt }, tags, begun) {
      const ttlMs = expiresAt - Date.now();
      if (ttlMs <= 0) return false;
      const keys = [answerKey(key), ...tags.flatMap((tag) => [changedKey(tag), entriesKey(tag)])];
      return (await redis.keepAnswer(keys.length, ...keys, `${expiresAt}\n${data}`, ttlMs, begun)) === 1;
    },
    async invalidate(tags) {
      for (let start = 0; start < tags.length; start += BATCH) {
        const keys = tags.slice(start, start + BATCH).flatMap((tag) => [changedKey(tag), entriesKey(tag)]);
        await redis.invalidateAnswers(keys.length, ...keys, longestMs);
      }
    },
    async clear() {
      let cursor = '0';
      do {
        const [next, keys] = await redis.scan(cursor, 'MATCH', answerKey('*'), 'COUNT', 1_000);
        if (keys.length > 0) await redis.unlink(...keys);
        cursor = next;
      } while (cursor !== '0');
    },
    position: (domain) => redis.get(`${PREFIX}position:${domain}`),
    async setPosition(domain, position) {
      await redis.set(`${PREFIX}position:${domain}`, position);
    },
  };
}

const answerKey = (key: string) => `${PREFIX}answer:${key}`;
const changedKey = (tag: string) => `${PREFIX}changed:${tag}`;
const entriesKey = (tag: string) => `${PREFIX}entries:${tag}`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    keepAnswer(count: number, ...args: (string | number)[]): Result<number, Context>;
    invalidateAnswers(count: number, ...args: (string | number)[]): Result<number, Context>;
  }
}
