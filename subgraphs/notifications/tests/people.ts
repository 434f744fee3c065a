import { v7 as uuidv7 } from 'uuid';
import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import { type DomainNetwork, startDomains } from '#tests/domain-network.ts';
import { domains } from '../../domains.ts';

export const usersService = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');

/** Somebody who is signed in. */
export interface Person {
  id: string;
  token: string;
}

/** Every domain at work, with room for as many people as a test signs up. */
export function startNetwork(): Promise<DomainNetwork> {
  return startDomains(domains, { environment: { USERS_SIGN_UPS_PER_ADDRESS_AN_HOUR: '1000' } });
}

export async function signUp({ doors }: DomainNetwork, name: string): Promise<Person> {
  const [door] = doors;
  if (door === undefined) throw new Error('The network has no door.');
  const key = uuidv7();
  const { user, tokens } = await door.client(usersService).signUp({
    email: `${name.toLowerCase()}.${key}@example.com`,
    password: `correct ${key.slice(-12)} horse`,
    name,
    idempotencyKey: key,
  });
  return { id: user?.id ?? '', token: tokens?.accessToken ?? '' };
}
