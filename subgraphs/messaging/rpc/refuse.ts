import { DomainError } from '#platform/errors.ts';
import type { Decision, Refusal, Step } from '../rules.ts';

/** Throws a rule's no. */
export function refuse(refusal: Refusal | null): void {
  if (refusal !== null) throw new DomainError(refusal.code, refusal.message);
}

/** The steps of a decision; throws where it is a refusal. */
export function accept(decision: Decision): Step[] {
  if (decision.refusal !== undefined) throw new DomainError(decision.refusal.code, decision.refusal.message);
  return decision.steps;
}
