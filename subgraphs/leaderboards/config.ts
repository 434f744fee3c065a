import { createSecretKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** What the domain "leaderboards" is told by its own variables. */
export interface LeaderboardsConfig {
  /** Makes pseudonyms, and nobody without it can tell whose they are. Another key gives everybody other pseudonyms. */
  pseudonymKey: KeyObject;
}

const takes = 'takes 32 bytes as base64, for example of "openssl rand -base64 32"';

/** The variables of the domain "leaderboards". */
export const leaderboardsConfig: z.ZodType<LeaderboardsConfig> = z
  .object({
    LEADERBOARDS_PSEUDONYM_KEY: z
      .string({ error: takes })
      .transform((text) => Buffer.from(text, 'base64'))
      .refine((key) => key.length === 32, takes),
  })
  .transform(({ LEADERBOARDS_PSEUDONYM_KEY: pseudonymKey }) => ({
    pseudonymKey: createSecretKey(pseudonymKey),
  }));
