import type { JSONWebKeySet, JWK } from 'jose';
import { z } from 'zod';
import { integer, keySet, privateKey } from '#platform/config.ts';
import { LONGEST_ACCESS_SECONDS } from '#platform/tokens/verifier.ts';

/** How many tries are allowed, and in what time. */
export interface Limit {
  tries: number;
  seconds: number;
}

/** What the domain "users" is told by its own variables. */
export interface UsersConfig {
  tokens: {
    /** Signs access tokens. */
    key: JWK;
    /** Public keys that signed until lately: published until the last token of theirs has ended. */
    retiredKeys: JSONWebKeySet;
    /** At most LONGEST_ACCESS_SECONDS: an ended session would be taken for an open one. */
    accessSeconds: number;
    refreshSeconds: number;
  };
  /** Password hashes computed at the same time in one process; each takes 19 MiB and a core. */
  hashesAtOnce: number;
  limits: {
    signInPerAddress: Limit;
    signInPerAccount: Limit;
    signUpPerAddress: Limit;
    signUpPerAccount: Limit;
  };
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The variables of the domain "users". */
export const usersConfig: z.ZodType<UsersConfig> = z
  .object({
    USERS_TOKEN_KEY: privateKey(),
    USERS_RETIRED_TOKEN_KEYS: keySet().default({ keys: [] }),
    USERS_ACCESS_TOKEN_SECONDS: integer(30, LONGEST_ACCESS_SECONDS).default(LONGEST_ACCESS_SECONDS),
    USERS_REFRESH_TOKEN_DAYS: integer(1, 365).default(30),
    USERS_HASHES_AT_ONCE: integer(1, 64).default(2),
    USERS_SIGN_INS_PER_ADDRESS_A_MINUTE: integer(1, 1_000_000).default(30),
    USERS_SIGN_INS_PER_ACCOUNT_A_QUARTER_HOUR: integer(1, 1_000_000).default(10),
    USERS_SIGN_UPS_PER_ADDRESS_AN_HOUR: integer(1, 1_000_000).default(20),
    USERS_SIGN_UPS_PER_ACCOUNT_AN_HOUR: integer(1, 1_000_000).default(10),
  })
  .transform((variables) => ({
    tokens: {
      key: variables.USERS_TOKEN_KEY,
      retiredKeys: variables.USERS_RETIRED_TOKEN_KEYS,
      accessSeconds: variables.USERS_ACCESS_TOKEN_SECONDS,
      refreshSeconds: variables.USERS_REFRESH_TOKEN_DAYS * DAY,
    },
    hashesAtOnce: variables.USERS_HASHES_AT_ONCE,
    limits: {
      signInPerAddress: { tries: variables.USERS_SIGN_INS_PER_ADDRESS_A_MINUTE, seconds: MINUTE },
      signInPerAccount: { tries: variables.USERS_SIGN_INS_PER_ACCOUNT_A_QUARTER_HOUR, seconds: 15 * MINUTE },
      signUpPerAddress: { tries: variables.USERS_SIGN_UPS_PER_ADDRESS_AN_HOUR, seconds: HOUR },
      signUpPerAccount: { tries: variables.USERS_SIGN_UPS_PER_ACCOUNT_AN_HOUR, seconds: HOUR },
    },
  }));
