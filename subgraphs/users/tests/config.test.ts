import { expect, it } from 'vitest';
import { readConfig } from '#platform/config.ts';
import { LONGEST_ACCESS_SECONDS } from '#platform/tokens/verifier.ts';
import { createKey } from '#tests/keys.ts';
import { usersConfig } from '../config.ts';

it('takes no access token that outlives what verifiers know of ended sessions', async () => {
  const USERS_TOKEN_KEY = JSON.stringify(await createKey('users-1'));
  const read = (seconds: number) =>
    readConfig(usersConfig, { USERS_TOKEN_KEY, USERS_ACCESS_TOKEN_SECONDS: String(seconds) });
  expect(read(LONGEST_ACCESS_SECONDS).tokens.accessSeconds).toBe(LONGEST_ACCESS_SECONDS);
  expect(() => read(LONGEST_ACCESS_SECONDS + 1)).toThrow('USERS_ACCESS_TOKEN_SECONDS');
});
