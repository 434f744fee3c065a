import { DomainError } from '#platform/errors.ts';
import type { Fault } from '../rules/fault.ts';

/** Throws what rules find wrong in a request, all of it at once. */
export function refuseFaults(faults: readonly Fault[]): void {
  if (faults.length === 0) return;
  const message = faults.map((fault) => `${fault.path}: ${fault.message}`).join(' ');
  throw new DomainError('INVALID_ARGUMENT', message, { fields: faults });
}
