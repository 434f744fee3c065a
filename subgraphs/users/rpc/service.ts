import type { UsersServiceDefinition } from '#gen/proto/fitme/users/v1/UsersService.ts';
import { serviceName } from '#platform/grpc/contract.ts';
import type { Handlers } from '#platform/service/service.ts';
import { type AccountParts, createAccountHandlers } from './accounts.ts';
import { createPeopleHandlers, type PeopleParts } from './people.ts';
import { createRelationshipHandlers, type RelationshipParts } from './relationships.ts';

export const usersService = serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService');

export type ServiceParts = AccountParts & PeopleParts & RelationshipParts;

/** The service: accounts, people, and how they stand to one another. */
export function createHandlers(parts: ServiceParts): Handlers<UsersServiceDefinition> {
  return {
    ...createAccountHandlers(parts),
    ...createPeopleHandlers(parts),
    ...createRelationshipHandlers(parts),
  };
}
