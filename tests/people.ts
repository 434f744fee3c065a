import { v7 as uuidv7 } from 'uuid';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
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
  const key = uuidv7();
  const { user, tokens } = await door.client(usersService).signUp({
    email: `${name.toLowerCase()}.${key}@example.com`,
    password: `correct ${key.slice(-12)} horse`,
    name,
    handle: `person_${key.slice(-12)}`,
    idempotencyKey: key,
  });
  return { id: user?.id ?? '', token: tokens?.accessToken ?? '' };
}
