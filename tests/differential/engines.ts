import type { Environment } from '#platform/config.ts';

/** The engine whose faults are listed and stand; of every other one, none does. */
export const REFERENCE_ENGINE = 'apollo';
/** The engine that all of this is about. */
export const DEFAULT_ENGINE = 'compiled';
/** The engine with the native planner kept out. */
export const OTHER_PLANNER = 'compiled by the other planner';
/** The engine that also asks for the keys of what it keeps; it keeps nothing here, for the faults of each answer are others. */
export const CACHING_ENGINE = 'compiled with the response cache';

const COMPILED = { ENGINE: 'compiled', PLAN_TIMEOUT_MS: '30000' };

/** The gateway's engines, each with the variables that choose it: all are held to the same answers. */
export const ENGINES: Readonly<Record<string, Environment>> = {
  [REFERENCE_ENGINE]: { ENGINE: 'apollo' },
  [DEFAULT_ENGINE]: COMPILED,
  [OTHER_PLANNER]: { ...COMPILED, PLANNER: 'apollo' },
  [CACHING_ENGINE]: { ...COMPILED, RESPONSE_CACHE: 'true', RESPONSE_CACHE_MAX_BYTES: '1' },
};
