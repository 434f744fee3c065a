import {
  DomainError,
  type ErrorCode,
  type ErrorParameters,
  type ErrorReason,
  type FieldFault,
} from '#platform/errors.ts';

/** A rule's no, and what to do about it. Rules import nothing of ours: their own types of a refusal name fewer reasons. */
export interface Refusal {
  code: ErrorCode;
  /** Where it says more than the code. */
  reason?: ErrorReason;
  /** What the reason is about. */
  parameters?: ErrorParameters;
  message: string;
  /** The request's field that is wrong. */
  field?: string;
}

/** What a rule makes of a wish: something to do, or a refusal. */
type Decision = { refusal?: never } | { refusal: Refusal };

/** Throws what a rule refuses, as a DomainError. */
export function refuse(refusal: Refusal | null): void {
  if (refusal !== null) throw errorOf(refusal);
}

/** A rule's decision, once it is none against the caller. @throws DomainError where it is. */
export function accepted<Given extends Decision>(decision: Given): Exclude<Given, { refusal: Refusal }> {
  if (decision.refusal !== undefined) throw errorOf(decision.refusal);
  return decision as Exclude<Given, { refusal: Refusal }>;
}

/** Throws what rules find wrong in a request's fields, as one INVALID_ARGUMENT. Each message is a whole sentence. */
export function refuseFaults(faults: readonly FieldFault[]): void {
  if (faults.length === 0) return;
  const message = faults.map((fault) => `${fault.path}: ${fault.message}`).join(' ');
  throw new DomainError('INVALID_ARGUMENT', message, { fields: [...faults] });
}

function errorOf({ code, message, field, ...why }: Refusal): DomainError {
  return new DomainError(code, message, {
    ...why,
    ...(field !== undefined && { fields: [{ path: field, message }] }),
  });
}
