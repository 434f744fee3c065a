import type { ErrorReason__Output } from '#gen/proto/fitme/errors/v1/ErrorReason.ts';

/**
 * Every way in which a call can fail, the same for both doors. The names are those of gRPC's status codes, but for
 * CONFLICT (ABORTED), which is what callers know it by.
 */
export type ErrorCode =
  | 'INVALID_ARGUMENT'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'CONFLICT'
  | 'FAILED_PRECONDITION'
  | 'RESOURCE_EXHAUSTED'
  | 'DEADLINE_EXCEEDED'
  | 'CANCELLED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

/** Why a call failed, in a word of the registry (proto/fitme/errors/v1/reasons.proto). */
export type ErrorReason = Exclude<ErrorReason__Output, 'ERROR_REASON_UNSPECIFIED'>;

/** What a reason is about, for texts in the caller's own words; the registry says which of them a reason has. */
export interface ErrorParameters {
  /** The present version. */
  version?: number;
  /** The most that there may be. */
  maximum?: number;
  /** How many more there is room for. */
  room?: number;
  minutes?: number;
  receivedBytes?: number;
  expectedBytes?: number;
  freeBytes?: number;
  /** Names, with commas. */
  scopes?: string;
  permission?: string;
  workoutSessionId?: string;
}

/** One input field that is wrong, and what it takes. */
export interface FieldFault {
  /** Path from the request, for example "page.first". */
  path: string;
  message: string;
}

export interface DomainErrorDetails {
  /** The reason that stands for the code where left out. */
  reason?: ErrorReason;
  parameters?: ErrorParameters;
  fields?: readonly FieldFault[];
  /** How long to wait before another try, in milliseconds. */
  retryAfterMs?: number;
  /** What brought it about; goes to the log, never to the caller. */
  cause?: unknown;
}

/** A failure that is reported to the caller. The message says what to do next. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly reason: ErrorReason;
  readonly parameters: ErrorParameters;
  readonly fields: readonly FieldFault[];
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: DomainErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.reason = details.reason ?? REASON_OF[code];
    this.parameters = details.parameters ?? {};
    this.fields = details.fields ?? [];
    this.retryAfterMs = details.retryAfterMs;
  }
}

const REASON_OF: Readonly<Record<ErrorCode, ErrorReason>> = {
  INVALID_ARGUMENT: 'INVALID_INPUT',
  UNAUTHENTICATED: 'NOT_SIGNED_IN',
  PERMISSION_DENIED: 'NOT_ALLOWED',
  NOT_FOUND: 'NOT_FOUND',
  ALREADY_EXISTS: 'ALREADY_THERE',
  CONFLICT: 'CONFLICTING_CHANGE',
  FAILED_PRECONDITION: 'NOT_POSSIBLE_NOW',
  RESOURCE_EXHAUSTED: 'LIMIT_REACHED',
  DEADLINE_EXCEEDED: 'DEADLINE_PASSED',
  CANCELLED: 'CALLER_GONE',
  UNAVAILABLE: 'NOT_AVAILABLE_NOW',
  INTERNAL: 'INTERNAL_FAULT',
};

/** INVALID_ARGUMENT about a single field. */
export function invalidField(path: string, message: string): DomainError {
  return invalidFields([{ path, message }]);
}

/** INVALID_ARGUMENT that names every wrong field. */
export function invalidFields(fields: readonly FieldFault[]): DomainError {
  const message = fields.map((fault) =>
    fault.path === '' ? fault.message : `${fault.path}: ${fault.message}`,
  );
  return new DomainError('INVALID_ARGUMENT', message.join('; '), { fields });
}

/** What zod finds wrong, as fields of the request. */
export function faultsOf(issues: readonly { path: readonly PropertyKey[]; message: string }[]): FieldFault[] {
  return issues.map(({ path, message }) => ({ path: path.join('.'), message }));
}

/** NOT_FOUND, in the same words whether a thing does not exist or is not the caller's to see. */
export function notFound(what: string): DomainError {
  return new DomainError('NOT_FOUND', `There is no such ${what}, or you may not see it.`);
}
