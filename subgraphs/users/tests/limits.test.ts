import { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { type DomainNetwork, incomingCall, type TestDoor } from '#tests/domain-network.ts';
import { refusalOf } from '#tests/refusal.ts';
import { createSignInLimits } from '../adapters/sign-in-limits.ts';
import { usersService } from '../rpc/service.ts';
import { newHandle, PASSWORD, signUp, startUsers } from './world.ts';

let network: DomainNetwork;
let address = '';
beforeAll(async () => {
  network = await startUsers({
    environment: {
      USERS_SIGN_INS_PER_ADDRESS_A_MINUTE: '6',
      USERS_SIGN_INS_PER_ACCOUNT_A_QUARTER_HOUR: '3',
      USERS_SIGN_UPS_PER_ADDRESS_AN_HOUR: '2',
    },
  });
});
afterAll(() => network?.close());

let addresses = 0;
beforeEach(() => {
  addresses += 1;
  address = `2001:db8::${process.pid.toString(16)}:${addresses}`;
});

/** The service as somebody at an address sees it. */
function from(where: string) {
  return network.host.service(usersService).local({ ...incomingCall(), address: where });
}

async function newAccount(): Promise<string> {
  const handle = newHandle();
  const email = `${handle}@example.com`;
  await from(`2001:db8::1:${handle}`).signUp({
    email,
    password: PASSWORD,
    name: 'Ada',
    idempotencyKey: handle,
  });
  return email;
}

describe('limits', () => {
  it('stop the guessing of one password, from wherever it comes, and tell how long to wait', async () => {
    const email = await newAccount();
    const guess = (at: string) => refusalOf(from(at).signIn({ email, password: 'wrong password' }));
    const guesses = [await guess(address), await guess(`${address}1`), await guess(`${address}2`)];
    expect(guesses.map(({ code }) => code)).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
    ]);
    const stopped = await refusalOf(from(`${address}3`).signIn({ email, password: PASSWORD }));
    expect(stopped.code).toBe('RESOURCE_EXHAUSTED');
    expect(stopped.retryAfterMs).toBeGreaterThan(0);
    expect(stopped.retryAfterMs).toBeLessThanOrEqual(15 * 60_000);
  });

  it('forget an account’s wrong passwords when the right one comes', async () => {
    const email = await newAccount();
    const at = (index: number) => from(`${address}${index}`);
    for (let round = 0; round < 3; round += 1) {
      await refusalOf(at(round).signIn({ email, password: 'wrong password' }));
      await at(round).signIn({ email, password: PASSWORD });
    }
  });

  it('stop the guessing of many accounts from one address', async () => {
    const guess = () =>
      refusalOf(from(address).signIn({ email: `${newHandle()}@example.com`, password: PASSWORD }));
    for (let count = 0; count < 6; count += 1) expect((await guess()).code).toBe('UNAUTHENTICATED');
    expect((await guess()).code).toBe('RESOURCE_EXHAUSTED');
  });

  it('stop the opening of many accounts from one address', async () => {
    const open = () => {
      const handle = newHandle();
      const email = `${handle}@example.com`;
      return from(address).signUp({ email, password: PASSWORD, name: 'Ada', idempotencyKey: handle });
    };
    await open();
    await open();
    expect((await refusalOf(open())).code).toBe('RESOURCE_EXHAUSTED');
  });

  it('count by the address over gRPC too', async () => {
    const [grpc] = network.doors;
    if (grpc?.name !== 'grpc') throw new Error('The first door is gRPC’s.');
    const outcomes: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      outcomes.push(
        await signUp(grpc as TestDoor).then(
          () => 'OK',
          ({ code }) => code,
        ),
      );
    }
    expect(outcomes.at(-1)).toBe('RESOURCE_EXHAUSTED');
  });

  it('let people in where Redis is away, and count by themselves', async () => {
    const redis = new Redis(inject('redisUrl'), { lazyConnect: true });
    const limits = createSignInLimits(redis, {
      signInPerAddress: { tries: 2, seconds: 60 },
      signInPerAccount: { tries: 2, seconds: 60 },
      signUpPerAddress: { tries: 2, seconds: 60 },
      signUpPerAccount: { tries: 2, seconds: 60 },
    });
    const attempt = { address, email: 'ada@example.com' };
    await limits.countSignIn(attempt);
    await limits.countSignIn(attempt);
    expect((await refusalOf(limits.countSignIn(attempt))).code).toBe('RESOURCE_EXHAUSTED');
    await limits.forgiveAccount(attempt);
    redis.disconnect();
  });

  it('keep no e-mail and no address in Redis', async () => {
    const email = await newAccount();
    await from(address).signIn({ email, password: PASSWORD });
    const redis = new Redis(inject('redisUrl'));
    const keys = await redis.keys('users:limit:*');
    redis.disconnect();
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => key.includes('@') || key.includes('2001:'))).toEqual([]);
  });
});
