import protobuf from 'protobufjs/minimal.js';

/** Attributes by their names, whose values are texts. */
export type Stamp = Readonly<Record<string, string>>;

/** The body that a client sent is no OTLP. */
export class NotOtlpError extends Error {
  override readonly name = 'NotOtlpError';
}

/** By the last part of the path. */
export type Signal = 'traces' | 'metrics' | 'logs';

/** The list of a request's resources, in OTLP's JSON. */
const RESOURCES: Record<Signal, string> = {
  traces: 'resourceSpans',
  metrics: 'resourceMetrics',
  logs: 'resourceLogs',
};

/**
 * Puts attributes on every resource of an OTLP request in JSON, in place of what the client says under these names.
 *
 * @throws NotOtlpError
 */
export function stampJson(signal: Signal, body: Buffer, stamp: Stamp): Buffer {
  const request = parse(body);
  const resources = isObject(request) ? request[RESOURCES[signal]] : undefined;
  if (!Array.isArray(resources) || !resources.every(isObject))
    throw new NotOtlpError(`The body lacks the list ${RESOURCES[signal]}.`);
  for (const each of resources) {
    const resource = isObject(each['resource']) ? each['resource'] : {};
    const own = Array.isArray(resource['attributes']) ? resource['attributes'] : [];
    const attributes = [
      ...own.filter((attribute) => !isObject(attribute) || !(String(attribute['key']) in stamp)),
      ...Object.entries(stamp).map(([key, stringValue]) => ({ key, value: { stringValue } })),
    ];
    each['resource'] = { ...resource, attributes };
  }
  return Buffer.from(JSON.stringify(request));
}

/**
 * The same for OTLP's protobuf. All three signals have one shape as far as it matters here: a request is a list (field 1) of
 * messages, each with a resource (field 1) that has a list of attributes (field 1). Whatever else there is, is
 * copied as it stands, also what later versions of OTLP will add.
 *
 * @throws NotOtlpError
 */
export function stampProtobuf(body: Buffer, stamp: Stamp): Buffer {
  try {
    const request = protobuf.Writer.create();
    for (const field of fieldsOf(body)) {
      if (isMessage(field, 1)) request.uint32(MESSAGE_1).bytes(stampResourceOf(field.value, stamp));
      else request.raw(field.bytes);
    }
    return Buffer.from(request.finish());
  } catch (error) {
    if (error instanceof NotOtlpError) throw error;
    throw new NotOtlpError('The body is no protobuf.');
  }
}

function stampResourceOf(message: Uint8Array, stamp: Stamp): Uint8Array {
  const stamped = protobuf.Writer.create();
  const resource = protobuf.Writer.create();
  for (const field of fieldsOf(message)) {
    if (!isMessage(field, 1)) stamped.raw(field.bytes);
    else for (const inner of fieldsOf(field.value)) if (!isStamped(inner, stamp)) resource.raw(inner.bytes);
  }
  for (const [key, value] of Object.entries(stamp)) {
    resource.uint32(MESSAGE_1).fork();
    resource.uint32(MESSAGE_1).string(key);
    resource.uint32(MESSAGE_2).fork().uint32(MESSAGE_1).string(value).ldelim();
    resource.ldelim();
  }
  return stamped.uint32(MESSAGE_1).bytes(resource.finish()).finish();
}

/** Whether a field of a resource is an attribute under one of the stamp's names. */
function isStamped(field: Field, stamp: Stamp): boolean {
  if (!isMessage(field, 1)) return false;
  const key = fieldsOf(field.value).find((inner) => isMessage(inner, 1));
  return key?.value !== undefined && Buffer.from(key.value).toString() in stamp;
}

/** A field of a message, as it was sent; `value` of those that have a length. */
interface Field {
  number: number;
  bytes: Uint8Array;
  value?: Uint8Array;
}

const LENGTH_DELIMITED = 2;
/** Tags of fields 1 and 2 that hold a message or a text. */
const MESSAGE_1 = (1 << 3) | LENGTH_DELIMITED;
const MESSAGE_2 = (2 << 3) | LENGTH_DELIMITED;

function isMessage(field: Field, number: number): field is Field & { value: Uint8Array } {
  return field.number === number && field.value !== undefined;
}

function fieldsOf(message: Uint8Array): Field[] {
  const reader = protobuf.Reader.create(message);
  const fields: Field[] = [];
  while (reader.pos < reader.len) {
    const from = reader.pos;
    const tag = reader.uint32();
    const number = tag >>> 3;
    if (number === 0) throw new NotOtlpError('The body is no protobuf.');
    if ((tag & 7) === LENGTH_DELIMITED) {
      const value = reader.bytes();
      fields.push({ number, bytes: message.subarray(from, reader.pos), value });
    } else {
      reader.skipType(tag & 7);
      fields.push({ number, bytes: message.subarray(from, reader.pos) });
    }
  }
  return fields;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(String(body));
  } catch {
    throw new NotOtlpError('The body is no JSON.');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
