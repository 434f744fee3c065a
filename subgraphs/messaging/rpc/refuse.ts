import { DomainError } from '#platform/errors.ts';
import type { Decision, Refusal, Step } from '../rules/rules.ts';

/** Throws a rule's no. */
export function refuse(refusal: Refusal | null): void {
  if (refusal !== null) throw errorOf(refusal);
}

/** The steps of a decision; throws where it is a refusal. */
export function accept(decision: Decision): Step[] {
  if (decision.refusal !== undefined) throw errorOf(decision.refusal);
  return decision.steps;
}

function errorOf({ code, message, ...why }: Refusal): DomainError {
  return new DomainError(code, message, why);
}
