import * as grpc from '@grpc/grpc-js';
import { DomainError, type ErrorCode, type FieldFault } from '../errors.ts';

const STATUS_OF: Record<ErrorCode, grpc.status> = {
  INVALID_ARGUMENT: grpc.status.INVALID_ARGUMENT,
  UNAUTHENTICATED: grpc.status.UNAUTHENTICATED,
  PERMISSION_DENIED: grpc.status.PERMISSION_DENIED,
  NOT_FOUND: grpc.status.NOT_FOUND,
  ALREADY_EXISTS: grpc.status.ALREADY_EXISTS,
  CONFLICT: grpc.status.ABORTED,
  FAILED_PRECONDITION: grpc.status.FAILED_PRECONDITION,
  RESOURCE_EXHAUSTED: grpc.status.RESOURCE_EXHAUSTED,
  DEADLINE_EXCEEDED: grpc.status.DEADLINE_EXCEEDED,
  CANCELLED: grpc.status.CANCELLED,
  UNAVAILABLE: grpc.status.UNAVAILABLE,
  INTERNAL: grpc.status.INTERNAL,
};

const CODE_OF = new Map(Object.entries(STATUS_OF).map(([code, status]) => [status, code as ErrorCode]));

/** Trailer with the parts of an error that a status has no place for, as JSON. */
const DETAILS_KEY = 'fitme-error-bin';

interface StatusDetails {
  fields: readonly FieldFault[];
  retryAfterMs?: number | undefined;
}

/** The status by which a DomainError goes over the wire. */
export function toStatus(error: DomainError): Partial<grpc.StatusObject> {
  const metadata = new grpc.Metadata();
  if (error.fields.length > 0 || error.retryAfterMs !== undefined) {
    const details: StatusDetails = { fields: error.fields, retryAfterMs: error.retryAfterMs };
    metadata.set(DETAILS_KEY, Buffer.from(JSON.stringify(details)));
  }
  return { code: STATUS_OF[error.code], details: error.message, metadata };
}

/** The DomainError that a callee threw, from the status that arrived. */
export function fromStatus(error: grpc.ServiceError, peer: string): DomainError {
  const code = CODE_OF.get(error.code) ?? 'INTERNAL';
  if (code === 'UNAVAILABLE') {
    return new DomainError(code, `${peer} cannot be reached right now: try again.`, { cause: error });
  }
  return new DomainError(code, error.details, { ...detailsOf(error), cause: error });
}

function detailsOf(error: grpc.ServiceError): { fields?: readonly FieldFault[]; retryAfterMs?: number } {
  const [raw] = error.metadata?.get(DETAILS_KEY) ?? [];
  if (!Buffer.isBuffer(raw)) return {};
  const details = JSON.parse(raw.toString('utf8')) as StatusDetails;
  return details.retryAfterMs === undefined
    ? { fields: details.fields }
    : { fields: details.fields, retryAfterMs: details.retryAfterMs };
}
