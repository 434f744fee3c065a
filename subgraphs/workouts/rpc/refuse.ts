import { DomainError } from '#platform/errors.ts';
import type { Fault } from '../rules/fault.ts';

/** What can be wrong in a large plan is told in parts. */
const mostFaults = 20;

/** Throws what rules find wrong in a request, up to 20 faults at once. */
export function refuseFaults(all: readonly Fault[]): void {
  const faults = all.slice(0, mostFaults);
  if (faults.length === 0) return;
  const message = faults.map((fault) => `${fault.path}: ${fault.message}`).join(' ');
  throw new DomainError('INVALID_ARGUMENT', message, { fields: faults });
}
