import { describe, expect, it } from 'vitest';
import { createPasswords } from './passwords.ts';

const { signal } = new AbortController();

describe('passwords', () => {
  it('are hashed by argon2id with the parameters that OWASP names, each with its own salt', async () => {
    const passwords = createPasswords({ atOnce: 2 });
    const hashes = await Promise.all([1, 2].map(() => passwords.hash('nine tall giraffes', signal)));
    for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(hashes[0]).not.toBe(hashes[1]);
  });

  it('match their hash, and nobody’s matches nothing', async () => {
    const passwords = createPasswords({ atOnce: 2 });
    const hash = await passwords.hash('nine tall giraffes', signal);
    const matches = [
      await passwords.matches(hash, 'nine tall giraffes', signal),
      await passwords.matches(hash, 'ten tall giraffes', signal),
      await passwords.matches(null, 'nine tall giraffes', signal),
    ];
    expect(matches).toEqual([true, false, false]);
  });

  it('are compared at the same cost where there is no account', async () => {
    const passwords = createPasswords({ atOnce: 1 });
    const hash = await passwords.hash('nine tall giraffes', signal);
    const cost = async (of: string | null) => {
      const before = process.cpuUsage();
      for (let round = 0; round < 10; round += 1) await passwords.matches(of, 'ten tall giraffes', signal);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await cost(hash);
    const [known, unknown] = [await cost(hash), await cost(null)];
    expect(unknown / known).toBeGreaterThan(0.5);
    expect(unknown / known).toBeLessThan(2);
  });

  it('turn callers away where too many wait, and begin no work for one who has gone', async () => {
    const passwords = createPasswords({ atOnce: 1 });
    const gone = new AbortController();
    const first = passwords.hash('nine tall giraffes', signal);
    const abandoned = passwords.hash('nine tall giraffes', gone.signal);
    const waiting = Array.from({ length: 49 }, () => passwords.matches(null, 'x', signal));
    gone.abort(new Error('gone'));
    await expect(passwords.hash('nine tall giraffes', signal)).rejects.toMatchObject({
      code: 'RESOURCE_EXHAUSTED',
      retryAfterMs: 2_000,
    });
    await expect(abandoned).rejects.toThrow('gone');
    await Promise.all([first, ...waiting]);
  });
});
