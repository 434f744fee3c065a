import * as grpc from '@grpc/grpc-js';
import { DomainError, type DomainErrorDetails, type ErrorCode } from '../errors.ts';
import { decodeStatusDetails, encodeStatusDetails, STATUS_DETAILS_KEY } from './status-details.ts';

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

/** The status by which a DomainError goes over the wire. */
export function toStatus(error: DomainError): Partial<grpc.StatusObject> {
  const code = STATUS_OF[error.code];
  const metadata = new grpc.Metadata();
  metadata.set(STATUS_DETAILS_KEY, encodeStatusDetails(code, error));
  return { code, details: error.message, metadata };
}

/** The DomainError that a callee threw, from the status that arrived. */
export function fromStatus(error: grpc.ServiceError, peer: string): DomainError {
  const code = CODE_OF.get(error.code) ?? 'INTERNAL';
  if (code === 'UNAVAILABLE') {
    return new DomainError(code, `${peer} cannot be reached right now: try again.`, { cause: error });
  }
  return new DomainError(code, error.details, { ...detailsOf(error), cause: error });
}

function detailsOf(error: grpc.ServiceError): DomainErrorDetails {
  const [bytes] = error.metadata?.get(STATUS_DETAILS_KEY) ?? [];
  return Buffer.isBuffer(bytes) ? decodeStatusDetails(bytes) : {};
}
