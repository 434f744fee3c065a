import { isIP } from 'node:net';
import { z } from 'zod';
import { json } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** How often operations may run (gateway/README.md). */
export interface RateLimitsConfig {
  rules: readonly RateLimitRule[];
  /** Whether operations run while they cannot be counted. */
  whenUncounted: 'allow' | 'refuse';
}

/** So many operations in so many seconds; unused ones gather up to the limit. */
export interface RateLimitRule {
  /** Says who shares a count: a viewer's operations, those of an address, or all that the rule is about. */
  by: 'viewer' | 'address' | 'operation';
  /** Counts operations of this name alone. */
  operation?: string | undefined;
  /** Counts uses of this root field alone, for example "Mutation.signIn", under whatever name. */
  field?: string | undefined;
  limit: number;
  windowS: number;
  /** Addresses and networks that are not counted. */
  except: readonly string[];
}

const network = z.string().refine((text) => {
  const [address = '', prefix] = text.split('/');
  const bits = isIP(address) === 6 ? 128 : 32;
  return isIP(address) !== 0 && (prefix === undefined || (/^\d+$/.test(prefix) && Number(prefix) <= bits));
}, 'takes addresses or networks, for example 10.0.0.0/8');

const rule = z
  .strictObject({
    by: z.enum(['viewer', 'address', 'operation']),
    operation: z.string().optional(),
    field: z
      .string()
      .regex(/^(Query|Mutation|Subscription)\.\w+$/)
      .optional(),
    limit: z.int().min(1).max(1_000_000_000),
    windowS: z.int().min(1).max(86_400),
    except: z.array(network).default([]),
  })
  .refine(
    ({ by, operation, field }) => by !== 'operation' || operation !== undefined || field !== undefined,
    {
      message: 'by "operation" takes an operation or a field as well',
    },
  );

const OWN_MACHINE = ['127.0.0.0/8', '::1'];

/** Generous: they stop what is broken or hostile, and nobody else. The machine itself is no stranger, nor a load test on it. */
const DEFAULT_RULES: z.output<typeof rule>[] = [
  { by: 'viewer', limit: 12_000, windowS: 60, except: OWN_MACHINE },
  { by: 'address', limit: 12_000, windowS: 60, except: OWN_MACHINE },
];

export const RATE_LIMIT_VARIABLES = {
  RATE_LIMITS: json(z.array(rule).max(20), '[{"by":"viewer","limit":600,"windowS":60}]').default(
    DEFAULT_RULES,
  ),
  RATE_LIMITS_WHEN_UNCOUNTED: z
    .enum(['allow', 'refuse'], { error: 'takes allow or refuse' })
    .default('allow'),
};

export function rateLimitsOf(variables: VariablesOf<typeof RATE_LIMIT_VARIABLES>): RateLimitsConfig {
  return { rules: variables.RATE_LIMITS, whenUncounted: variables.RATE_LIMITS_WHEN_UNCOUNTED };
}
