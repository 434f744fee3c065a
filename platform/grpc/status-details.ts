import { parse } from 'protobufjs';
import type { DomainError, DomainErrorDetails, ErrorParameters, ErrorReason } from '../errors.ts';

/** Trailer with a google.rpc.Status, where every gRPC client library looks for the details of an error. */
export const STATUS_DETAILS_KEY = 'grpc-status-details-bin';

/** ErrorInfo.domain: whose reasons these are. */
const DOMAIN = 'fitme';

/** What is used of google/rpc/status.proto and google/rpc/error_details.proto, and of what these import. */
const MESSAGES = parse(`
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message FieldViolation { string field = 1; string description = 2; }
  message BadRequest { repeated FieldViolation field_violations = 1; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }
  message RetryInfo { Duration retry_delay = 1; }
`).root;

interface Status {
  details: { typeUrl: string; value: Uint8Array }[];
}
interface BadRequest {
  fieldViolations: { field: string; description: string }[];
}
interface ErrorInfo {
  reason: string;
  domain: string;
  metadata: Record<string, string>;
}
interface RetryInfo {
  retryDelay: { seconds: string; nanos: number } | null;
}

/** The details of an error as google.rpc.Status: ErrorInfo always, BadRequest and RetryInfo where there is something to say. */
export function encodeStatusDetails(status: number, error: DomainError): Buffer {
  const { reason, parameters, fields, retryAfterMs } = error;
  const metadata = Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [name, String(value)]),
  );
  const details = [detail('ErrorInfo', { reason, domain: DOMAIN, metadata })];
  if (fields.length > 0) {
    const fieldViolations = fields.map(({ path, message }) => ({ field: path, description: message }));
    details.push(detail('BadRequest', { fieldViolations }));
  }
  if (retryAfterMs !== undefined) {
    const retryDelay = {
      seconds: Math.floor(retryAfterMs / 1_000),
      nanos: (retryAfterMs % 1_000) * 1_000_000,
    };
    details.push(detail('RetryInfo', { retryDelay }));
  }
  return Buffer.from(encode('Status', { code: status, message: error.message, details }));
}

/** The details that {@link encodeStatusDetails} wrote; none where the bytes are not of that form, or of another domain's. */
export function decodeStatusDetails(bytes: Uint8Array): DomainErrorDetails {
  try {
    return readDetails(decode<Status>('Status', bytes));
  } catch {
    return {};
  }
}

function readDetails({ details }: Status): DomainErrorDetails {
  const read: DomainErrorDetails = {};
  for (const { typeUrl, value } of details) {
    if (typeUrl === typeUrlOf('ErrorInfo')) {
      const { reason, domain, metadata } = decode<ErrorInfo>('ErrorInfo', value);
      if (domain !== DOMAIN) continue;
      read.reason = reason as ErrorReason;
      read.parameters = parametersOf(metadata);
    } else if (typeUrl === typeUrlOf('BadRequest')) {
      const { fieldViolations } = decode<BadRequest>('BadRequest', value);
      read.fields = fieldViolations.map(({ field, description }) => ({ path: field, message: description }));
    } else if (typeUrl === typeUrlOf('RetryInfo')) {
      const { retryDelay } = decode<RetryInfo>('RetryInfo', value);
      if (retryDelay !== null)
        read.retryAfterMs = Number(retryDelay.seconds) * 1_000 + retryDelay.nanos / 1_000_000;
    }
  }
  return read;
}

/** Metadata holds texts: all but these are numbers. */
const TEXTS: ReadonlySet<string> = new Set<keyof ErrorParameters>([
  'scopes',
  'permission',
  'workoutSessionId',
]);

function parametersOf(metadata: Record<string, string>): ErrorParameters {
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [name, TEXTS.has(name) ? value : Number(value)]),
  );
}

function detail(name: string, message: object) {
  return { typeUrl: typeUrlOf(name), value: encode(name, message) };
}

function typeUrlOf(name: string): string {
  return `type.googleapis.com/google.rpc.${name}`;
}

function encode(name: string, message: object): Uint8Array {
  const type = MESSAGES.lookupType(name);
  return type.encode(type.fromObject(message)).finish();
}

function decode<Message>(name: string, bytes: Uint8Array): Message {
  const type = MESSAGES.lookupType(name);
  const options = { longs: String, defaults: true, arrays: true, objects: true };
  return type.toObject(type.decode(bytes), options) as Message;
}
