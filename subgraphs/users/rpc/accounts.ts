import type { SignUpRequest__Output } from '#gen/proto/fitme/users/v1/SignUpRequest.ts';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import type { CallContext } from '#platform/call.ts';
import { DomainError, invalidField, notFound } from '#platform/errors.ts';
import type { Handlers } from '#platform/service/service.ts';
import { timestampOf } from '#platform/service/timestamps.ts';
import { requirePerson } from '#platform/viewer.ts';
import type { AccessTokens } from '../adapters/access-tokens.ts';
import type { Passwords } from '../adapters/passwords.ts';
import type { SignInLimits } from '../adapters/sign-in-limits.ts';
import { normalizeEmail, normalizeHandle, passwordFault, signUpKeyOwner } from '../rules/rules.ts';
import type { Person } from '../store/people.ts';
import type { Store } from '../store/store.ts';
import { accountOf, roles, userOf } from './present.ts';
import { authTokensOf, freshToken, hashOf } from './session-tokens.ts';

export type AccountMethods =
  | 'SignUp'
  | 'SignIn'
  | 'RefreshTokens'
  | 'SignOut'
  | 'SignOutEverywhere'
  | 'ListAccountSessions'
  | 'RevokeAccountSession'
  | 'GetAccount'
  | 'GrantUserRole'
  | 'RevokeUserRole';

export interface AccountParts {
  store: Store;
  passwords: Passwords;
  accessTokens: AccessTokens;
  limits: SignInLimits;
  refreshSeconds: number;
  now(): number;
  newId(): string;
}

/** Accounts, their sessions, and their roles. */
export function createAccountHandlers(
  parts: AccountParts,
): Pick<Handlers<UsersServiceDefinition>, AccountMethods> {
  const { store, passwords, accessTokens, limits, now } = parts;

  const nextToken = () => freshToken(new Date(now() + parts.refreshSeconds * 1_000));

  async function signedIn(person: Person, call: CallContext) {
    const refresh = nextToken();
    const id = parts.newId();
    const held = await store.sessions.open({
      id,
      userId: person.id,
      device: call.userAgent || null,
      createdAt: new Date(now()),
      token: refresh.stored,
    });
    const owner = { userId: person.id, sessionId: id, roles: held };
    return { user: userOf(person), authTokens: await authTokensOf(accessTokens, owner, refresh) };
  }

  return {
    async SignUp(request, call) {
      const { email, name, password } = wished(request);
      await limits.countSignUp({ address: call.address, email });
      const fault = passwordFault(password, { email, name });
      if (fault !== null) throw invalidField('password', fault);
      const { userId } = await createOnce(parts, request, call);
      const person = await store.people.byId(userId);
      if (person === null) throw notFound('person');
      return signedIn(person, call);
    },

    async SignIn({ email: given, password }, call) {
      const email = normalizeEmail(given);
      const attempt = { address: call.address, email };
      await limits.countSignIn(attempt);
      const person = await store.people.byEmail(email);
      const matches = await passwords.matches(person?.passwordHash ?? null, password, call.signal);
      if (person === null || !matches) {
        throw new DomainError('UNAUTHENTICATED', 'E-mail or password is wrong: check both and try again.', {
          reason: 'CREDENTIALS_WRONG',
        });
      }
      await limits.forgiveAccount(attempt);
      return signedIn(person, call);
    },

    async RefreshTokens({ refreshToken, idempotencyKey }) {
      const refresh = nextToken();
      const rotation = {
        hash: hashOf(refreshToken),
        idempotencyKey: idempotencyKey || null,
        now: new Date(now()),
        next: refresh.stored,
      };
      const { verdict, session } = await store.sessions.rotate(rotation);
      const person = session && (await store.people.byId(session.userId));
      if (!person || !session || (verdict !== 'good' && verdict !== 'retry'))
        throw refreshRefusal(verdict === 'reused');
      const owner = { userId: person.id, sessionId: session.id, roles: person.roles };
      return { authTokens: await authTokensOf(accessTokens, owner, refresh) };
    },

    async SignOut(_request, { viewer }) {
      const { id: userId, sessionId } = requirePerson(viewer);
      if (sessionId !== null) await store.sessions.end({ userId, id: sessionId }, new Date(now()));
      return {};
    },

    async SignOutEverywhere(_request, { viewer }) {
      const { id: userId } = requirePerson(viewer);
      return { endedCount: await store.sessions.end({ userId }, new Date(now())) };
    },

    async ListAccountSessions(_request, { viewer }) {
      const { id, sessionId } = requirePerson(viewer);
      const open = await store.sessions.list(id, new Date(now()));
      return {
        sessions: open.map((session) => ({
          id: session.id,
          device: session.device ?? undefined,
          createdAt: timestampOf(session.createdAt),
          lastUsedAt: timestampOf(session.lastUsedAt),
          current: session.id === sessionId,
        })),
      };
    },

    async RevokeAccountSession({ accountSessionId }, { viewer }) {
      const { id: userId } = requirePerson(viewer);
      const ended = await store.sessions.end({ userId, id: accountSessionId }, new Date(now()));
      if (ended === 0) throw notFound('open session');
      return { accountSessionId };
    },

    async GetAccount(_request, { viewer }) {
      const person = await store.people.byId(requirePerson(viewer).id);
      if (person === null) throw notFound('person');
      return { account: accountOf(person) };
    },

    async GrantUserRole({ userId, role }, { viewer }) {
      requirePerson(viewer);
      const held = await store.roles.grant(userId, roles.requiredNameOf(role));
      return { userId, roles: held.map(roles.valueOf) };
    },

    async RevokeUserRole({ userId, role }, { viewer }) {
      requirePerson(viewer);
      const held = await store.roles.revoke(userId, roles.requiredNameOf(role), new Date(now()));
      return { userId, roles: held.map(roles.valueOf) };
    },
  };
}

/**
 * Creates the account once for a key. What is kept for a repetition is the person's id alone: neither the password
 * nor a quick hash of it may stand in the table, so whoever repeats the request must know the password anew.
 */
async function createOnce(
  { store, passwords, newId, now }: AccountParts,
  request: SignUpRequest__Output,
  { signal }: CallContext,
): Promise<{ userId: string }> {
  const { email, name, password, handle } = wished(request);
  const passwordHash = await passwords.hash(password, signal);
  const once = {
    viewerId: signUpKeyOwner(email),
    method: 'SignUp',
    key: request.idempotencyKey,
    request: { email, name, handle },
    async replay(kept: { userId: string }) {
      const person = await store.people.byId(kept.userId);
      if (await passwords.matches(person?.passwordHash ?? null, password, signal)) return kept;
      throw new DomainError('CONFLICT', 'This idempotencyKey was used for another request: take a new key.', {
        reason: 'IDEMPOTENCY_KEY_REUSED',
      });
    },
  };
  return store.idempotent(once, async (transaction) => {
    const userId = newId();
    const createdAt = new Date(now());
    await store.people.create(transaction, { id: userId, email, passwordHash, name, handle, createdAt });
    return { userId };
  });
}

function wished({ email, name, password, handle }: SignUpRequest__Output) {
  const wishedHandle = handle ? normalizeHandle(handle) : null;
  return { email: normalizeEmail(email), name: name.trim(), password, handle: wishedHandle };
}

function refreshRefusal(reused: boolean): DomainError {
  const what = reused ? 'was used before, so its session was ended' : 'is not valid any longer';
  return new DomainError('UNAUTHENTICATED', `This refresh token ${what}: sign in again.`, {
    reason: reused ? 'REFRESH_TOKEN_REUSED' : 'REFRESH_TOKEN_INVALID',
  });
}
