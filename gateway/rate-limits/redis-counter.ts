import { hash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { withoutTrace } from '#observability/tracing.ts';
import { type Counter, SHARE } from './counter.ts';

/**
 * The generic cell rate algorithm (GCRA) over all counts of a request, in one round trip and by the clock of Redis. A key
 * holds the time at which its count will be unused again, and is gone by then.
 */
const TAKE = `
  local clock = redis.call('TIME')
  local now = clock[1] * 1000 + clock[2] / 1000
  local share = tonumber(ARGV[1])
  local ends, taken = {}, {}
  for i, key in ipairs(KEYS) do
    local needed, limit, window = tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i]), tonumber(ARGV[3 * i + 1])
    local each = window / limit
    local used = math.max(tonumber(redis.call('GET', key) or now), now)
    local left = math.floor((now + window - used) / each + 0.000001)
    if left < needed then
      return { i - 1, math.max(1, math.ceil(used + needed * each - now - window)) }
    end
    taken[i] = math.max(needed, math.floor(left * share))
    ends[i] = used + taken[i] * each
  end
  for i, key in ipairs(KEYS) do
    redis.call('SET', key, string.format('%.3f', ends[i]), 'PX', math.max(1, math.ceil(ends[i] - now)))
  end
  return { -1, unpack(taken) }
`;

interface TakingRedis extends Redis {
  fitmeTake(keys: number, ...rest: (string | number)[]): Promise<number[]>;
}

/** Counts in Redis, for all gateways together. */
export function createRedisCounter(redis: Redis): Counter {
  redis.defineCommand('fitmeTake', { lua: TAKE });
  const taking = redis as TakingRedis;
  return {
    async take(wanted) {
      const numbers = wanted.flatMap(({ needed, limit, windowMs }) => [needed, limit, windowMs]);
      const keys = wanted.map(({ key }) => keyOf(key));
      // What is taken serves many operations: it belongs to no trace.
      const taken = withoutTrace(() => taking.fitmeTake(keys.length, ...keys, SHARE, ...numbers));
      const [lacking = -1, ...rest] = await taken;
      return lacking === -1 ? { taken: rest } : { lacking, retryAfterMs: rest[0] ?? 1 };
    },
  };
}

/** Addresses and ids of people are not to be read in Redis. */
function keyOf(key: string): string {
  return `fitme:rate:${hash('sha256', key, 'base64url').slice(0, 22)}`;
}
