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

/** One input field that is wrong, and what it takes. */
export interface FieldFault {
  /** Path from the request, for example "page.first". */
  path: string;
  message: string;
}

export interface DomainErrorDetails {
  fields?: readonly FieldFault[];
  /** How long to wait before another try, in milliseconds. */
  retryAfterMs?: number;
  /** What brought it about; goes to the log, never to the caller. */
  cause?: unknown;
}

/** A failure that the caller is told of. The message says what to do next. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly fields: readonly FieldFault[];
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, message: string, details: DomainErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.code = code;
    this.fields = details.fields ?? [];
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** INVALID_ARGUMENT about a single field. */
export function invalidField(path: string, message: string): DomainError {
  return new DomainError('INVALID_ARGUMENT', `${path}: ${message}`, { fields: [{ path, message }] });
}

/** INVALID_ARGUMENT that names every wrong field. */
export function invalidFields(fields: readonly FieldFault[]): DomainError {
  const message = fields.map((fault) =>
    fault.path === '' ? fault.message : `${fault.path}: ${fault.message}`,
  );
  return new DomainError('INVALID_ARGUMENT', message.join('; '), { fields });
}

/** NOT_FOUND, in the same words whether a thing does not exist or is not the caller's to see. */
export function notFound(what: string): DomainError {
  return new DomainError('NOT_FOUND', `There is no such ${what}, or you may not see it.`);
}
