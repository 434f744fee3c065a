import type { JSONWebKeySet } from 'jose';
import { z } from 'zod';
import { keySet, url } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** By what tokens are judged, and under which the gateway acts for itself. */
export interface TokensConfig {
  /** Where the public keys of people's tokens are published. */
  userKeysUrl: string;
  /** Public keys of all services. */
  serviceKeys: JSONWebKeySet;
  /** Private keys, of which the gateway's has its role as kid. */
  ownKeys: JSONWebKeySet;
}

export const IDENTITY_VARIABLES = {
  AUTH: z.enum(['on', 'off'], { error: 'takes on or off' }).default('on'),
  REDIS_URL: url('redis', 'rediss').optional(),
  USER_KEYS_URL: url('http', 'https').optional(),
  SERVICE_PUBLIC_KEYS: keySet().optional(),
  SERVICE_PRIVATE_KEYS: keySet().optional(),
  SERVICE_ROLE: z.string().default('gateway'),
};

type Variables = VariablesOf<typeof IDENTITY_VARIABLES>;

/** These say who signed in: without them, nobody can. */
const NEEDED = {
  REDIS_URL: 'a URL, redis://... or rediss://...',
  USER_KEYS_URL: "the URL of the JWKS of people's tokens, http://... or https://...",
  SERVICE_PUBLIC_KEYS: 'the public keys of all services, {"keys":[...]}',
  SERVICE_PRIVATE_KEYS: 'the gateway\'s own key, {"keys":[...]}',
} as const;

/** Some variables stand in the environment together, or not at all. */
export const IDENTITY_RULES = [
  ...Object.entries(NEEDED).map(([name, what]) => ({
    holds: (variables: Partial<Variables>) =>
      variables.AUTH !== 'on' || variables[name as keyof typeof NEEDED] !== undefined,
    path: [name],
    message: `takes ${what}; or set AUTH=off to serve without tokens`,
  })),
  {
    holds: ({ AUTH, SERVICE_PRIVATE_KEYS, SERVICE_ROLE }: Partial<Variables>) =>
      AUTH !== 'on' ||
      SERVICE_PRIVATE_KEYS === undefined ||
      SERVICE_PRIVATE_KEYS.keys?.some(({ kid }) => kid === SERVICE_ROLE),
    path: ['SERVICE_PRIVATE_KEYS'],
    message: 'takes a set with a key whose kid is SERVICE_ROLE',
  },
];

/** Null where nobody signs in. */
export function tokensOf(variables: Variables): TokensConfig | null {
  const { AUTH, USER_KEYS_URL, SERVICE_PUBLIC_KEYS, SERVICE_PRIVATE_KEYS } = variables;
  if (AUTH === 'off' || USER_KEYS_URL === undefined) return null;
  const none = { keys: [] };
  return {
    userKeysUrl: USER_KEYS_URL,
    serviceKeys: SERVICE_PUBLIC_KEYS ?? none,
    ownKeys: SERVICE_PRIVATE_KEYS ?? none,
  };
}
