import { decodeProtectedHeader, importJWK, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DomainNetwork } from '#tests/domain-network.ts';
import { createKey } from '#tests/keys.ts';
import { refusalOf } from '#tests/refusal.ts';
import { withConnection } from '../../../scripts/database/connect.ts';
import { usersService } from '../rpc/service.ts';
import {
  claimsOf,
  newHandle,
  nobody,
  PASSWORD,
  signIn,
  signUp,
  startUsers,
  throughBothDoors,
} from './world.ts';

let network: DomainNetwork;
const key = await createKey('users-1');
beforeAll(async () => {
  network = await startUsers({ environment: { USERS_TOKEN_KEY: JSON.stringify(key) } });
});
afterAll(() => network?.close());

describe('signing up', () => {
  it('opens an account and a session, and tells nobody but the person of the account', async () => {
    const answers = await throughBothDoors(network, async (door) => {
      const { id, service, email } = await signUp(door);
      const { account } = await service.getAccount({});
      const { users } = await service.batchGetUsers({ ids: [id] });
      expect(account?.email).toBe(email);
      return { account, users };
    });
    expect(answers[0]?.account?.roles).toEqual(['USER_ROLE_MEMBER']);
    const text = expect.any(String);
    expect(answers[0]?.users).toEqual([{ id: text, name: text, handle: text }]);
  });

  it('makes a handle from the name where none is wished', async () => {
    await throughBothDoors(network, async (door) => {
      const email = `${newHandle()}@example.com`;
      const wish = { email, password: PASSWORD, name: `Zoë Müller ${door.name}`, idempotencyKey: 'handle' };
      const { user } = await nobody(door).signUp(wish);
      expect(user?.handle).toBe(`zoe_muller_${door.name}`);
      return user?.name.replace(door.name, '');
    });
  });

  it('finds another handle where somebody takes the one it was about to give', async () => {
    const [door] = network.doors;
    if (door === undefined) throw new Error('There is no door.');
    const rival = await signUp(door);
    const word = newHandle().slice(2);
    await withConnection(network.database.adminUrl, async (client) => {
      await client.query('BEGIN');
      await client.query('UPDATE users.people SET handle = $1 WHERE id = $2', [`ida_${word}`, rival.id]);
      const email = `${word}@example.com`;
      const wish = { email, password: PASSWORD, name: `Ida ${word}`, idempotencyKey: word };
      const answer = nobody(door).signUp(wish);
      await expect.poll(() => waitingStatements(client)).toBe(1);
      await client.query('COMMIT');
      expect((await answer).user?.handle).toBe(`ida${word}`);
    });
  });

  it('refuses an e-mail that has an account, whatever its case', async () => {
    const answers = await throughBothDoors(network, async (door) => {
      const { email } = await signUp(door);
      const again = {
        email: ` ${email.toUpperCase()}`,
        password: PASSWORD,
        name: 'Eve',
        idempotencyKey: 'again',
      };
      return refusalOf(nobody(door).signUp(again));
    });
    expect(answers[0]).toMatchObject({ code: 'ALREADY_EXISTS', fields: [{ path: 'email' }] });
  });

  it('refuses a handle that somebody has', async () => {
    const answers = await throughBothDoors(network, async (door) => {
      const { handle } = await signUp(door);
      const email = `${newHandle()}@example.com`;
      const wish = {
        email,
        password: PASSWORD,
        name: 'Eve',
        handle: `@${handle.toUpperCase()}`,
        idempotencyKey: 'k',
      };
      return refusalOf(nobody(door).signUp(wish));
    });
    expect(answers[0]).toMatchObject({ code: 'ALREADY_EXISTS', fields: [{ path: 'handle' }] });
  });

  it.each(['short', 'password123', 'Eve.Adams-1'])('refuses the weak password %s', async (password) => {
    const answers = await throughBothDoors(network, (door) => {
      const email = `${newHandle()}@example.com`;
      return refusalOf(nobody(door).signUp({ email, password, name: 'Eve Adams', idempotencyKey: 'k' }));
    });
    expect(answers[0]).toMatchObject({ code: 'INVALID_ARGUMENT', fields: [{ path: 'password' }] });
  });

  it('names every field that is wrong', async () => {
    const answers = await throughBothDoors(network, (door) =>
      refusalOf(
        nobody(door).signUp({
          email: 'nobody',
          password: PASSWORD,
          name: ' ',
          handle: 'a b',
          idempotencyKey: '',
        }),
      ),
    );
    const paths = answers[0]?.fields.map(({ path }) => path);
    expect(paths).toEqual(['email', 'name', 'handle', 'idempotencyKey']);
  });

  it('answers a repeated request with the same account and a session of its own', async () => {
    await throughBothDoors(network, async (door) => {
      const handle = newHandle();
      const wish = {
        email: `${handle}@example.com`,
        password: PASSWORD,
        name: 'Ada',
        handle,
        idempotencyKey: 'once',
      };
      const first = await nobody(door).signUp(wish);
      const second = await nobody(door).signUp(wish);
      expect(second.user).toEqual(first.user);
      expect(second.authTokens?.refreshToken).not.toBe(first.authTokens?.refreshToken);
      const otherName = await refusalOf(nobody(door).signUp({ ...wish, name: 'Eve' }));
      const otherPassword = await refusalOf(nobody(door).signUp({ ...wish, password: 'ten tall giraffes' }));
      expect([otherName.code, otherPassword.code]).toEqual(['CONFLICT', 'CONFLICT']);
      return [first, second, otherName, otherPassword];
    });
  });

  it('makes one account of the same request sent many times at once', async () => {
    const [door] = network.doors;
    if (door === undefined) throw new Error('no door');
    const handle = newHandle();
    const wish = {
      email: `${handle}@example.com`,
      password: PASSWORD,
      name: 'Ada',
      handle,
      idempotencyKey: 'once',
    };
    const answers = await Promise.all(Array.from({ length: 5 }, () => nobody(door).signUp(wish)));
    expect(new Set(answers.map(({ user }) => user?.id)).size).toBe(1);
  });
});

describe('signing in', () => {
  it('answers a wrong password and a wrong e-mail in the same words', async () => {
    await throughBothDoors(network, async (door) => {
      const { email } = await signUp(door);
      const wrongPassword = await refusalOf(nobody(door).signIn({ email, password: 'ten tall giraffes' }));
      const wrongEmail = await refusalOf(
        nobody(door).signIn({ email: 'nobody@example.com', password: PASSWORD }),
      );
      expect(wrongPassword.code).toBe('UNAUTHENTICATED');
      expect(wrongEmail.message).toBe(wrongPassword.message);
      return [wrongPassword, wrongEmail];
    });
  });

  it('opens another session of the same person', async () => {
    await throughBothDoors(network, async (door) => {
      const first = await signUp(door);
      const second = await signIn(door, first);
      expect(second.id).toBe(first.id);
      expect(second.sessionId).not.toBe(first.sessionId);
      const { sessions } = await second.service.listAccountSessions({});
      expect(sessions.map(({ id }) => id)).toEqual([second.sessionId, first.sessionId]);
      return sessions.map((session) => ({ ...session, device: '' }));
    });
  });
});

describe('access tokens', () => {
  it('name the person, the session, the roles and the scopes, and are verified by the published key', async () => {
    const [door] = network.doors;
    if (door === undefined) throw new Error('no door');
    const person = await signUp(door);
    const { iat, exp, jti, ...claims } = claimsOf(person.accessToken);
    expect(claims).toEqual({
      iss: 'fitme-users',
      aud: 'fitme',
      sub: person.id,
      sid: person.sessionId,
      roles: ['MEMBER'],
      scope: expect.stringContaining('users:read'),
    });
    expect(Number(exp) - Number(iat)).toBe(900);
    expect(jti).toEqual(expect.any(String));
    const response = await fetch(`http://127.0.0.1:${network.host.httpPort}/.well-known/jwks.json`);
    const { keys } = (await response.json()) as { keys: Record<string, unknown>[] };
    const { kid } = decodeProtectedHeader(person.accessToken);
    expect(keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid, x: expect.any(String) },
    ]);
  });

  it('are refused where they are missing, forged, unsigned, expired, or cut', async () => {
    await throughBothDoors(network, async (door) => {
      const { accessToken } = await signUp(door);
      const claims = claimsOf(accessToken);
      const sign = async (content: Record<string, unknown>, by: JWK) =>
        new SignJWT(content)
          .setProtectedHeader({ alg: 'EdDSA', kid: 'users-1' })
          .sign(await importJWK(by, 'EdDSA'));
      await door.client(usersService, await sign(claims, key)).getAccount({});
      const bad = [
        undefined,
        'nonsense',
        accessToken.slice(0, -9),
        new UnsecuredJWT(claims).encode(),
        await sign(claims, await createKey('users-1')),
        await sign({ ...claims, exp: Math.floor(Date.now() / 1_000) - 1 }, key),
        await sign({ ...claims, aud: 'somebody-else' }, key),
      ];
      const refused = await Promise.all(
        bad.map((token) => refusalOf(door.client(usersService, token).getAccount({}))),
      );
      expect(refused.map(({ code }) => code)).toEqual(refused.map(() => 'UNAUTHENTICATED'));
      return refused;
    });
  });
});

describe('roles', () => {
  it('are for administrators to grant', async () => {
    const answers = await throughBothDoors(network, async (door) => {
      const { id, service } = await signUp(door);
      return refusalOf(service.grantUserRole({ userId: id, role: 'USER_ROLE_ADMIN' }));
    });
    expect(answers[0]?.code).toBe('PERMISSION_DENIED');
  });
});

/** Statements on this database that wait for what somebody else holds. */
async function waitingStatements(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0]?.waiting ?? 0;
}
