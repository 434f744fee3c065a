import type { JSONWebKeySet, JWK } from 'jose';
import { z } from 'zod';

/** Variables of a process, as in `process.env`. */
export type Environment = Record<string, string | undefined>;

/** All that is wrong with the environment, a line a variable. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads a process's configuration: a schema over its variables, whose output is the nested object that code uses.
 *
 * @throws ConfigError that names every faulty variable and says what it takes
 */
export function readConfig<Config>(schema: z.ZodType<Config>, environment: Environment): Config {
  const present = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(present);
  if (parsed.success) return deepFreeze(parsed.data);
  const faults = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new ConfigError(`The configuration has faults:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
}

/** This process's variables. */
export function processEnvironment(): Environment {
  return process.env;
}

/** A whole number within bounds. */
export function integer(min: number, max: number) {
  const message = `takes a whole number from ${min} to ${max}`;
  return z.coerce.number({ error: message }).int(message).min(min, message).max(max, message);
}

/** A URL of one of these schemes, without their colons. */
export function url(...schemes: string[]) {
  const message = `takes a URL, ${schemes.map((scheme) => `${scheme}://...`).join(' or ')}`;
  const matches = (value: string) =>
    URL.canParse(value) && schemes.includes(new URL(value).protocol.slice(0, -1));
  return z.string({ error: message }).refine(matches, message);
}

/** "true" or "false". */
export function flag() {
  return z.enum(['true', 'false'], { error: 'takes true or false' }).transform((value) => value === 'true');
}

/** Words separated by commas; none for an empty value. */
export function list() {
  return z.string().transform((value) =>
    value
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  );
}

/** JSON that a schema accepts. */
export function json<Value>(schema: z.ZodType<Value>, example: string) {
  return z.string({ error: `takes JSON, for example ${example}` }).transform((text, context): Value => {
    try {
      return schema.parse(JSON.parse(text));
    } catch {
      context.addIssue({ code: 'custom', message: `takes JSON, for example ${example}` });
      return z.NEVER;
    }
  });
}

/** A private Ed25519 key. */
export function privateKey() {
  const example = '{"kty":"OKP","crv":"Ed25519","kid":"...","x":"...","d":"..."}';
  return json(ED25519_KEY.extend({ d: z.string() }) as z.ZodType<JWK>, example);
}

/** A set of Ed25519 keys. */
export function keySet() {
  const example = '{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"users","x":"..."}]}';
  return json(z.object({ keys: z.array(ED25519_KEY) }) as z.ZodType<JSONWebKeySet>, example);
}

/** What every process logs, and where. */
export const LOG_VARIABLES = {
  LOG_LEVEL: z
    .enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'], {
      error: 'takes silent, fatal, error, warn, info, debug or trace',
    })
    .default('info'),
  LOG_FORMAT: z.enum(['json', 'readable'], { error: 'takes json or readable' }).default('json'),
};

const ED25519_KEY = z.looseObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  kid: z.string(),
  x: z.string(),
});

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
