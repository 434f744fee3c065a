import { DomainError } from '#platform/errors.ts';
import type { Refusal } from '../rules/refusal.ts';

/** Throws a rule's no. */
export function refuse({ code, message, field, ...why }: Refusal): never {
  throw new DomainError(code, message, {
    ...why,
    ...(field !== undefined && { fields: [{ path: field, message }] }),
  });
}
