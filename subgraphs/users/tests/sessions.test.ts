import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DomainNetwork, TestDoor } from '#tests/domain-network.ts';
import { PATIENCE } from '#tests/patience.ts';
import { refusalOf } from '#tests/refusal.ts';
import { usersService } from '../rpc/service.ts';
import { claimsOf, nobody, type Person, signIn, signUp, startUsers, throughBothDoors } from './world.ts';

let network: DomainNetwork;
let admin: pg.Client;

beforeAll(async () => {
  network = await startUsers();
  admin = new pg.Client({ connectionString: network.database.adminUrl });
  await admin.connect();
});
afterAll(async () => {
  await admin?.end();
  await network?.close();
});

async function revocationsOf(userId: string): Promise<number> {
  const { rows } = await admin.query(
    "SELECT payload FROM users.events WHERE topic = 'users.revocations' AND kind = 'users.session-revoked'",
  );
  return rows.filter(({ payload }) => (payload as Buffer).includes(userId)).length;
}

/** Statements on this database that wait for what somebody else holds. */
async function waitingStatements(): Promise<number> {
  const { rows } = await admin.query<{ waiting: number }>(
    `SELECT count(*)::int AS waiting FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows[0]?.waiting ?? 0;
}

/** Waits until a token is refused, which ends by itself long after that. */
async function untilRefused(door: TestDoor, token: string): Promise<void> {
  await vi.waitFor(
    async () =>
      expect((await refusalOf(door.client(usersService, token).getAccount({}))).code).toBe('UNAUTHENTICATED'),
    PATIENCE,
  );
}

async function refresh(door: TestDoor, refreshToken: string) {
  const { authTokens } = await nobody(door).refreshTokens({ refreshToken });
  if (authTokens === null) throw new Error('The answer lacks the tokens.');
  return authTokens;
}

describe('refreshing', () => {
  it('trades a refresh token for a new pair of the same session', async () => {
    await throughBothDoors(network, async (door) => {
      const person = await signUp(door);
      const tokens = await refresh(door, person.refreshToken);
      expect(tokens.refreshToken).not.toBe(person.refreshToken);
      expect(claimsOf(tokens.accessToken)).toMatchObject({ sub: person.id, sid: person.sessionId });
      await refresh(door, tokens.refreshToken);
      return tokens;
    });
  });

  it('ends the whole session where a token is used twice, and leaves other sessions alone', async () => {
    await throughBothDoors(network, async (door) => {
      const person = await signUp(door);
      const elsewhere = await signIn(door, person);
      const stolen = await refresh(door, person.refreshToken);
      const reuse = await refusalOf(refresh(door, person.refreshToken));
      expect(reuse).toMatchObject({
        code: 'UNAUTHENTICATED',
        message: expect.stringContaining('used before'),
      });
      const family = await refusalOf(refresh(door, stolen.refreshToken));
      await untilRefused(door, stolen.accessToken);
      expect(await revocationsOf(person.id)).toBe(1);
      await refresh(door, elsewhere.refreshToken);
      return [reuse, family];
    });
  });

  it('lets one of two simultaneous refreshes win, and ends the session', async () => {
    await throughBothDoors(network, async (door) => {
      const person = await signUp(door);
      const both = await Promise.allSettled([
        refresh(door, person.refreshToken),
        refresh(door, person.refreshToken),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      await untilRefused(door, person.accessToken);
    });
  });

  it('answers the same request again where its answer was lost, and kills the lost pair', async () => {
    await throughBothDoors(network, async (door) => {
      const person = await signUp(door);
      const request = { refreshToken: person.refreshToken, idempotencyKey: 'try-7' };
      const lost = await nobody(door).refreshTokens(request);
      const received = await nobody(door).refreshTokens(request);
      await refresh(door, received.authTokens?.refreshToken ?? '');
      const thief = await refusalOf(refresh(door, lost.authTokens?.refreshToken ?? ''));
      expect(thief.message).toContain('used before');
      return [received, thief];
    });
  });

  it('does not take another key for the same request', async () => {
    await throughBothDoors(network, async (door) => {
      const { refreshToken } = await signUp(door);
      await nobody(door).refreshTokens({ refreshToken, idempotencyKey: 'one' });
      return refusalOf(nobody(door).refreshTokens({ refreshToken, idempotencyKey: 'two' }));
    });
  });

  it('refuses a token that nobody was given, and one whose time is over', async () => {
    await throughBothDoors(network, async (door) => {
      const invented = await refusalOf(refresh(door, 'invented'));
      const person = await signUp(door);
      await admin.query('UPDATE users.refresh_tokens SET expires_at = now()');
      const late = await refusalOf(refresh(door, person.refreshToken));
      expect([invented.code, late.code]).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
      return [invented, late];
    });
  });

  it('keeps no token in the database as it is', async () => {
    const [door] = network.doors;
    if (door === undefined) throw new Error('no door');
    const { refreshToken } = await signUp(door);
    const { rows } = await admin.query('SELECT hash FROM users.refresh_tokens');
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.some(({ hash }) => (hash as Buffer).toString('base64url').includes(refreshToken))).toBe(
      false,
    );
  });
});

describe('ending sessions', () => {
  it('signs out of the session at hand', async () => {
    await throughBothDoors(network, async (door) => {
      const person = await signUp(door);
      const elsewhere = await signIn(door, person);
      await person.service.signOut({});
      await untilRefused(door, person.accessToken);
      const refused = await refusalOf(refresh(door, person.refreshToken));
      await elsewhere.service.getAccount({});
      return refused;
    });
  });

  it('signs out everywhere', async () => {
    await throughBothDoors(network, async (door) => {
      const person = await signUp(door);
      const elsewhere = await signIn(door, person);
      const answer = await person.service.signOutEverywhere({});
      expect(answer).toEqual({ endedCount: 2 });
      expect(await revocationsOf(person.id)).toBe(2);
      await untilRefused(door, elsewhere.accessToken);
      await untilRefused(door, person.accessToken);
      return answer;
    });
  });

  it('ends one of the own sessions, and nobody else’s', async () => {
    await throughBothDoors(network, async (door) => {
      const person = await signUp(door);
      const elsewhere = await signIn(door, person);
      const stranger = await signUp(door);
      const refused = await refusalOf(
        person.service.revokeAccountSession({ accountSessionId: stranger.sessionId }),
      );
      expect(refused.code).toBe('NOT_FOUND');
      const answer = await person.service.revokeAccountSession({ accountSessionId: elsewhere.sessionId });
      await untilRefused(door, elsewhere.accessToken);
      const { sessions } = await person.service.listAccountSessions({});
      expect(sessions.map(({ id, current }) => ({ id, current }))).toEqual([
        { id: person.sessionId, current: true },
      ]);
      return [refused, answer];
    });
  });
});

describe('roles', () => {
  async function administrator(door: TestDoor): Promise<Person> {
    const person = await signUp(door);
    await admin.query("UPDATE users.people SET roles = '{MEMBER,ADMIN}' WHERE id = $1", [person.id]);
    return signIn(door, person);
  }

  it('are granted by administrators, show from the next refresh on, and end the sessions when taken', async () => {
    await throughBothDoors(network, async (door) => {
      const boss = await administrator(door);
      const trainer = await signUp(door);
      const granted = await boss.service.grantUserRole({ userId: trainer.id, role: 'USER_ROLE_TRAINER' });
      expect(granted.roles).toEqual(['USER_ROLE_MEMBER', 'USER_ROLE_TRAINER']);
      const tokens = await refresh(door, trainer.refreshToken);
      expect(claimsOf(tokens.accessToken)['roles']).toEqual(['MEMBER', 'TRAINER']);
      const revoked = await boss.service.revokeUserRole({ userId: trainer.id, role: 'USER_ROLE_TRAINER' });
      expect(revoked.roles).toEqual(['USER_ROLE_MEMBER']);
      await untilRefused(door, tokens.accessToken);
      const wrongRole = await refusalOf(
        boss.service.grantUserRole({ userId: trainer.id, role: 'USER_ROLE_MEMBER' }),
      );
      const nobodys = await refusalOf(
        boss.service.grantUserRole({ userId: boss.sessionId, role: 'USER_ROLE_ADMIN' }),
      );
      expect([wrongRole.code, nobodys.code]).toEqual(['INVALID_ARGUMENT', 'NOT_FOUND']);
      return [granted, revoked, wrongRole, nobodys];
    });
  });

  it('that are taken while a session opens are not in its token', async () => {
    for (const door of network.doors) {
      const boss = await administrator(door);
      // What a revocation does, stopped in the middle.
      await admin.query('BEGIN');
      await admin.query('SELECT FROM users.people WHERE id = $1 FOR UPDATE', [boss.id]);
      const answer = signIn(door, boss);
      await expect.poll(waitingStatements).toBe(1);
      await admin.query("UPDATE users.people SET roles = '{MEMBER}' WHERE id = $1", [boss.id]);
      await admin.query('COMMIT');
      expect(claimsOf((await answer).accessToken)['roles']).toEqual(['MEMBER']);
    }
  });

  it('end a session with them that was being opened when they were taken', async () => {
    for (const door of network.doors) {
      const [boss, other] = [await administrator(door), await administrator(door)];
      await admin.query('BEGIN');
      const { rows } = await admin.query(
        `INSERT INTO users.sessions (id, user_id, created_at, last_used_at, expires_at)
         VALUES (gen_random_uuid(), $1, now(), now(), now() + interval '1 hour') RETURNING id`,
        [other.id],
      );
      const revoked = boss.service.revokeUserRole({ userId: other.id, role: 'USER_ROLE_ADMIN' });
      await expect.poll(waitingStatements).toBe(1);
      await admin.query('COMMIT');
      await revoked;
      const ended = 'SELECT FROM users.sessions WHERE id = $1 AND ended_at IS NOT NULL';
      expect((await admin.query(ended, [rows[0].id])).rowCount).toBe(1);
    }
  });

  it('leave one administrator', async () => {
    await throughBothDoors(network, async (door) => {
      await admin.query("UPDATE users.people SET roles = '{MEMBER}'");
      const boss = await administrator(door);
      const refused = await refusalOf(
        boss.service.revokeUserRole({ userId: boss.id, role: 'USER_ROLE_ADMIN' }),
      );
      expect(refused.code).toBe('FAILED_PRECONDITION');
      return refused;
    });
  });
});
