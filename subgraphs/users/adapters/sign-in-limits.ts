import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { DomainError } from '#platform/errors.ts';
import type { Limit, UsersConfig } from '../config.ts';

/** Who tries: the client's address (null where unknown) and the e-mail. */
export interface Attempt {
  address: string | null;
  email: string;
}

/** Keeps people from guessing passwords and from opening accounts in numbers. */
export interface SignInLimits {
  /** Counts a try. Throws RESOURCE_EXHAUSTED with retryAfterMs where there were too many. */
  countSignIn(attempt: Attempt): Promise<void>;
  /** The password was right: the tries for this account are forgotten, those of the address are not. */
  forgiveAccount(attempt: Attempt): Promise<void>;
  /** Counts a try. Throws RESOURCE_EXHAUSTED with retryAfterMs where there were too many. */
  countSignUp(attempt: Attempt): Promise<void>;
}

/**
 * Makes the limits, which all processes share through Redis. Where Redis is away each process counts by itself:
 * people can go on signing in, and guessing is still slow.
 */
export function createSignInLimits(redis: Redis, limits: UsersConfig['limits']): SignInLimits {
  const signInAddress = limiter(redis, 'sign-in-address', limits.signInPerAddress);
  const signInAccount = limiter(redis, 'sign-in-account', limits.signInPerAccount);
  const signUpAddress = limiter(redis, 'sign-up-address', limits.signUpPerAddress);
  const signUpAccount = limiter(redis, 'sign-up-account', limits.signUpPerAccount);
  return {
    countSignIn: (attempt) => consume(signInAddress, signInAccount, attempt),
    forgiveAccount: async ({ email }) => void (await signInAccount.delete(keyOf(email))),
    countSignUp: (attempt) => consume(signUpAddress, signUpAccount, attempt),
  };
}

type Limiter = RateLimiterRedis;

function limiter(redis: Redis, name: string, { tries, seconds }: Limit): Limiter {
  const options = { keyPrefix: `users:limit:${name}`, points: tries, duration: seconds };
  return new RateLimiterRedis({
    ...options,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    insuranceLimiter: new RateLimiterMemory(options),
  });
}

/** The address first: whoever has used theirs up cannot lock other people's accounts any longer. */
async function consume(byAddress: Limiter, byAccount: Limiter, { address, email }: Attempt): Promise<void> {
  try {
    if (address !== null) await byAddress.consume(keyOf(address));
    await byAccount.consume(keyOf(email));
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused;
    const retryAfterMs = Math.max(1, refused.msBeforeNext);
    const seconds = Math.ceil(retryAfterMs / 1_000);
    throw new DomainError('RESOURCE_EXHAUSTED', `Too many tries: wait ${seconds} seconds and try again.`, {
      reason: 'TOO_MANY_TRIES',
      retryAfterMs,
    });
  }
}

/** Neither addresses nor e-mails are to be read in Redis. */
function keyOf(value: string): string {
  return createHash('sha256').update(value).digest('base64url').slice(0, 22);
}
