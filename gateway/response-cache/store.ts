import type { Redis, Result } from 'ioredis';

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

/**
 * KEYS: the answer, and for each entity when it changed and which answers hold it. ARGV: the answer, for how many
 * milliseconds, when its making began (microseconds).
 */
export const KEEP = `
for i = 2, #KEYS, 2 do
  local changed = redis.call('GET', KEYS[i])
  if changed and tonumber(changed) >= tonumber(ARGV[3]) then return 0 end
end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ttl = tonumber(ARGV[2])
redis.call('SET', KEYS[1], ARGV[1], 'PX', ttl)
for i = 3, #KEYS, 2 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
  redis.call('ZADD', KEYS[i], now + ttl, KEYS[1])
  if redis.call('PTTL', KEYS[i]) < ttl then redis.call('PEXPIRE', KEYS[i], ttl) end
end
return 1`;

/**
 * KEYS: for each entity when it changed and which answers hold it. ARGV: for how many milliseconds a change is remembered:
 * as long as an answer can be in the making.
 */
export const INVALIDATE = `
local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000000 + time[2])
local count = 0
for i = 1, #KEYS, 2 do
  redis.call('SET', KEYS[i], now, 'PX', ARGV[1])
  local answers = redis.call('ZRANGE', KEYS[i + 1], 0, -1)
  for first = 1, #answers, 1000 do
    redis.call('UNLINK', unpack(answers, first, math.min(first + 999, #answers)))
  end
  redis.call('DEL', KEYS[i + 1])
  count = count + #answers
end
return count`;
