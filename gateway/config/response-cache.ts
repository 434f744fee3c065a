import { flag, integer } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** Says which answers are kept. */
export interface ResponseCacheConfig {
  isOn: boolean;
  /** Characters of the longest answer that is kept. */
  maxLength: number;
}

export const RESPONSE_CACHE_VARIABLES = {
  RESPONSE_CACHE: flag().default(false),
  RESPONSE_CACHE_MAX_BYTES: integer(1, 16 * 1024 * 1024).default(256 * 1024),
};

type Variables = VariablesOf<typeof RESPONSE_CACHE_VARIABLES>;

export const CACHE_NEEDS_REDIS = {
  holds: ({ RESPONSE_CACHE, REDIS_URL }: Partial<Variables> & { REDIS_URL?: string | undefined }) =>
    RESPONSE_CACHE !== true || REDIS_URL !== undefined,
  path: ['RESPONSE_CACHE'],
  message: 'takes true with REDIS_URL only: answers are kept there',
};

export function responseCacheOf(variables: Variables): ResponseCacheConfig {
  return { isOn: variables.RESPONSE_CACHE, maxLength: variables.RESPONSE_CACHE_MAX_BYTES };
}
