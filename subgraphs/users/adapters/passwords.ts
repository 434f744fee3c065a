import { hash, verify } from '@node-rs/argon2';
import { DomainError } from '#platform/errors.ts';

/** Hashes passwords with argon2id, a bounded number at a time: each takes a core. */
export interface Passwords {
  /** A PHC string with a fresh salt. */
  hash(password: string, signal: AbortSignal): Promise<string>;
  /** Whether the password is the one that was hashed. Takes as long where there is no hash to compare with. */
  matches(passwordHash: string | null, password: string, signal: AbortSignal): Promise<boolean>;
}

/**
 * OWASP Password Storage Cheat Sheet, argon2id: m = 19 MiB, t = 2, p = 1. Algorithm and version are the package's
 * defaults (argon2id, 0x13); a test holds it to them.
 */
const OWASP_PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The hash of nobody's password, with the parameters above: comparing with it costs what comparing with a real one does. */
const NOBODYS_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$uILzVrHcEMMK9EzqohQorQ$2gwuyxk4GN/yUq/A4imZfjBBkOLTSY0UazS7lr4s/NM';

/** Whoever waits behind more than this many would wait longer than callers do. */
const LONGEST_QUEUE = 50;

/** Makes the hasher of one process. */
export function createPasswords(options: { atOnce: number }): Passwords {
  const slots = createSlots(options.atOnce);
  return {
    hash: (password, signal) => slots.run(signal, () => hash(password, OWASP_PARAMETERS)),
    matches: (passwordHash, password, signal) =>
      slots.run(signal, async () => {
        const same = await verify(passwordHash ?? NOBODYS_HASH, password);
        return same && passwordHash !== null;
      }),
  };
}

function createSlots(atOnce: number) {
  const waiting: (() => void)[] = [];
  let busy = 0;

  async function enter(): Promise<void> {
    if (busy < atOnce) {
      busy += 1;
      return;
    }
    if (waiting.length >= LONGEST_QUEUE) {
      throw new DomainError(
        'RESOURCE_EXHAUSTED',
        'Too many people sign in right now: try again in two seconds.',
        {
          reason: 'TOO_MANY_TRIES',
          retryAfterMs: 2_000,
        },
      );
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  }

  function leave(): void {
    const next = waiting.shift();
    if (next === undefined) busy -= 1;
    else next();
  }

  return {
    /** Work for a caller who has gone meanwhile is not begun. */
    async run<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
      await enter();
      try {
        signal.throwIfAborted();
        return await work();
      } finally {
        leave();
      }
    },
  };
}
