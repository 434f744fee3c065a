import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import type { RoleName } from '#platform/scopes.ts';
import type { DomainNetwork } from './domain-network.ts';

export const usersService = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');

/** Somebody who is signed in. */
export interface Person {
  id: string;
  token: string;
}

/** Signs up a new person in a network that hosts users. */
export async function signUp({ doors }: DomainNetwork, name: string): Promise<Person> {
  const [door] = doors;
  if (door === undefined) throw new Error('The network has no door.');
  const { user, authTokens } = await door.client(usersService).signUp(newAccount(name));
  return { id: user?.id ?? '', token: authTokens?.accessToken ?? '' };
}

/** Signs up somebody who has a role beside MEMBER, which an administrator gives elsewhere. */
export async function signUpAs(
  { doors, database }: DomainNetwork,
  role: RoleName,
  name: string,
): Promise<Person> {
  const [door] = doors;
  if (door === undefined) throw new Error('The network has no door.');
  const users = door.client(usersService);
  const account = newAccount(name);
  const { user } = await users.signUp(account);
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  await admin.query('UPDATE users.people SET roles = array_append(roles, $2::users.role) WHERE id = $1', [
    user?.id,
    role,
  ]);
  await admin.end();
  // The role reaches tokens at the next sign-in.
  const { authTokens } = await users.signIn({ email: account.email, password: account.password });
  return { id: user?.id ?? '', token: authTokens?.accessToken ?? '' };
}

function newAccount(name: string) {
  const key = uuidv7();
  return {
    email: `${name.toLowerCase()}.${key}@example.com`,
    password: `correct ${key.slice(-12)} horse`,
    name,
    handle: `person_${key.slice(-12)}`,
    idempotencyKey: key,
  };
}
