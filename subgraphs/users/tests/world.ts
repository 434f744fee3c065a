import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import {
  type DomainNetwork,
  type DoorClient,
  masked,
  startDomains,
  type TestDoor,
} from '#tests/domain-network.ts';
import users from '../index.ts';
import { usersService } from '../rpc/service.ts';

export const PASSWORD = 'nine tall giraffes';

/** Somebody who is signed in, and the service as they see it through one door. */
export interface Person {
  id: string;
  email: string;
  handle: string;
  accessToken: string;
  refreshToken: string;
  sessionId: string;
  service: DoorClient<UsersServiceDefinition>;
}

/** The domain alone, at work. */
export function startUsers(options: Parameters<typeof startDomains>[1] = {}): Promise<DomainNetwork> {
  return startDomains([users], options);
}

/** The service as nobody sees it. */
export function nobody(door: TestDoor): DoorClient<UsersServiceDefinition> {
  return door.client(usersService);
}

/** A handle that nobody has, and that `throughBothDoors` knows for one. */
export function newHandle(): string {
  return `h_${randomBytes(6).toString('hex')}`;
}

export async function signUp(door: TestDoor, name = 'Ada Lovelace'): Promise<Person> {
  const handle = newHandle();
  const email = `${handle}@example.com`;
  const answer = await nobody(door).signUp({
    email,
    password: PASSWORD,
    name,
    handle,
    idempotencyKey: handle,
  });
  return personOf(door, { email, handle }, answer);
}

export async function signIn(
  door: TestDoor,
  { email, handle }: Pick<Person, 'email' | 'handle'>,
): Promise<Person> {
  return personOf(door, { email, handle }, await nobody(door).signIn({ email, password: PASSWORD }));
}

interface SignedIn {
  user: { id: string } | null;
  authTokens: { accessToken: string; refreshToken: string } | null;
}

function personOf(
  door: TestDoor,
  known: Pick<Person, 'email' | 'handle'>,
  { user, authTokens }: SignedIn,
): Person {
  if (user === null || authTokens === null) throw new Error('The answer lacks the person or their tokens.');
  const { accessToken, refreshToken } = authTokens;
  const sessionId = String(claimsOf(accessToken)['sid']);
  return {
    ...known,
    id: user.id,
    accessToken,
    refreshToken,
    sessionId,
    service: door.client(usersService, accessToken),
  };
}

export function claimsOf(accessToken: string): Record<string, unknown> {
  const [, payload = ''] = accessToken.split('.');
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
}

export async function befriend(left: Person, right: Person): Promise<string> {
  const { friendRequest } = await left.service.sendFriendRequest({
    userId: right.id,
    idempotencyKey: right.id,
  });
  const friendRequestId = friendRequest?.id ?? '';
  await right.service.acceptFriendRequest({ friendRequestId });
  return friendRequestId;
}

/** Plays a story once through each door, with people of its own, and expects the same answers. */
export async function throughBothDoors<Answer>(
  { doors }: DomainNetwork,
  story: (door: TestDoor) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const door of doors) answers.push(await story(door));
  const [first, ...others] = answers.map((answer) => withoutHandles(masked(answer)));
  for (const other of others) expect(other).toEqual(first);
  return answers;
}

function withoutHandles(answer: unknown): unknown {
  return answer === undefined
    ? answer
    : JSON.parse(JSON.stringify(answer).replaceAll(/h_[0-9a-f]{12}/g, '<handle>'));
}
