import { hash, randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { Logger } from '#observability/logger.ts';
import { withoutTrace } from '#observability/tracing.ts';
import { createLocalPlaces, type Occupancy, once } from './occupancy.ts';

/**
 * A hash of each key holds what each process has reported: how many places it has, and until when that holds. A report
 * takes the place of the one before, so that nothing adds up to a wrong count; that of a process that died ends.
 * A limit of 0 is none.
 */
const REPORT = `
  local clock = redis.call('TIME')
  local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
  local me, count, limit, ttl = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
  local others = 0
  local reports = redis.call('HGETALL', KEYS[1])
  for i = 1, #reports, 2 do
    if reports[i] ~= me then
      local places, ends = string.match(reports[i + 1], '^(%d+) (%d+)$')
      if tonumber(ends) <= now then
        redis.call('HDEL', KEYS[1], reports[i])
      else
        others = others + tonumber(places)
      end
    end
  end
  if limit > 0 and others + count > limit then return 0 end
  if count == 0 then
    redis.call('HDEL', KEYS[1], me)
  else
    redis.call('HSET', KEYS[1], me, string.format('%d %d', count, now + ttl))
    redis.call('PEXPIRE', KEYS[1], ttl)
  end
  return 1
`;

export interface RedisOccupancyOptions {
  redis: Redis;
  log: Logger;
  /** How long a report holds, milliseconds; it is made three times as often. 30,000 where left out. */
  leaseMs?: number;
}

/** Leaving is reported this late, milliseconds: many who leave at once are one report. */
const LEAVE_MS = 50;
/** Reports in one go, so that thousands of keys hold up nobody. */
const BATCH = 500;

interface ReportingRedis extends Redis {
  fitmeReportPlaces(
    keys: 1,
    key: string,
    me: string,
    count: number,
    limit: number,
    ttlMs: number,
  ): Promise<number>;
}

/** Counts in Redis, for all gateways together. While Redis is away each counts for itself. */
export function createRedisOccupancy({ redis, log, leaseMs = 30_000 }: RedisOccupancyOptions): Occupancy {
  redis.defineCommand('fitmeReportPlaces', { lua: REPORT });
  const reporting = redis as ReportingRedis;
  const me = randomUUID();
  const places = createLocalPlaces();
  const changed = new Set<string>();
  let repeating: NodeJS.Timeout | undefined;
  let reportingChanges: NodeJS.Timeout | undefined;

  async function report(key: string, limit: number): Promise<boolean> {
    const values = [keyOf(key), me, places.countOf(key), limit, leaseMs] as const;
    return (await withoutTrace(() => reporting.fitmeReportPlaces(1, ...values))) === 1;
  }

  async function reportAll(keys: readonly string[]): Promise<void> {
    for (let start = 0; start < keys.length; start += BATCH) {
      const reports = keys.slice(start, start + BATCH).map((key) => report(key, 0));
      await Promise.all(reports).catch((err: unknown) =>
        log.debug({ err }, 'places are not reported to other gateways'),
      );
    }
  }

  function reportChanges(): Promise<void> {
    clearTimeout(reportingChanges);
    reportingChanges = undefined;
    const keys = [...changed];
    changed.clear();
    if (places.keys().length === 0) {
      clearInterval(repeating);
      repeating = undefined;
    }
    return reportAll(keys);
  }

  function leave(key: string): void {
    places.leave(key);
    changed.add(key);
    reportingChanges ??= withoutTrace(() => setTimeout(() => void reportChanges(), LEAVE_MS));
  }

  return {
    async enter(key, limit) {
      const mine = places.take(key);
      repeating ??= withoutTrace(() => setInterval(() => void reportAll(places.keys()), leaseMs / 3));
      const isThere = mine <= limit && (await report(key, limit).catch(() => true));
      if (isThere) return once(() => leave(key));
      leave(key);
      return null;
    },
    async close() {
      clearInterval(repeating);
      for (const key of places.keys()) {
        while (places.countOf(key) > 0) places.leave(key);
        changed.add(key);
      }
      await reportChanges();
    },
  };
}

/** Addresses and ids of people are not to be read in Redis. */
function keyOf(key: string): string {
  return `fitme:places:${hash('sha256', key, 'base64url').slice(0, 22)}`;
}
