import type { MessageTypeDefinition } from '@grpc/proto-loader';
import type { EventMessages } from '#gen/events/messages.ts';
import type { Event__Output } from '#gen/proto/fitme/events/v1/Event.ts';
import type { Any__Output } from '#gen/proto/google/protobuf/Any.ts';
import { findMessage, messageDefinition } from '../grpc/protos.ts';
import { timestampOf } from '../service/timestamps.ts';
import type { EventPayload, LoggedEvent } from './event.ts';

/** A row of the table `events`, as node-postgres gives it. */
export interface EventRow {
  id: string;
  topic: string;
  seq: number | string;
  /** Null until the relay has sealed the event. */
  position: number | string | null;
  kind: string;
  version: number;
  occurred_at: Date;
  traceparent: string;
  payload: Buffer;
}

/** The columns of {@link EventRow}, of a table called `name`. */
export function eventColumns(name: string): string {
  return COLUMNS.map((column) => `${name}.${column}`).join(', ');
}

/** A payload as the log holds it: a google.protobuf.Any. */
export function encodePayload(payload: EventPayload): Buffer {
  return anyType().serialize(pack(payload));
}

/** The event that a row holds. `epoch` stands beside the log, not in its rows. */
export function decodeEvent(row: EventRow, epoch: string): LoggedEvent {
  return {
    ...unpack(anyType().deserialize(row.payload)),
    id: row.id,
    topic: row.topic,
    epoch,
    seq: String(row.seq),
    position: String(row.position ?? 0),
    kind: row.kind,
    version: row.version,
    occurredAt: timestampOf(row.occurred_at),
    traceparent: row.traceparent || undefined,
  };
}

/** An event as other services read it. */
export function toProto(event: LoggedEvent): Event__Output {
  const { id, topic, epoch, seq, position, kind, version, occurredAt, traceparent, payload } = event;
  const columns = { id, topic, epoch, seq, position, kind, version, occurredAt, traceparent };
  const packed = payload === undefined ? null : pack({ [payload]: event[payload] } as never);
  return { ...columns, payload: packed, subjects: subjectsOf(event) };
}

/** An event as another service answered it. */
export function fromProto({ payload, subjects: _subjects, ...columns }: Event__Output): LoggedEvent {
  return { ...columns, ...unpack(payload) };
}

/** Ids by role, from the payload's fields that end in "Id": messageId is the "message". */
export function subjectsOf(event: LoggedEvent): Record<string, string> {
  const payload = event.payload === undefined ? {} : event[event.payload];
  const subjects: Record<string, string> = {};
  for (const [field, value] of Object.entries(payload ?? {})) {
    if (field.endsWith('Id') && typeof value === 'string' && value !== '')
      subjects[field.slice(0, -2)] = value;
  }
  return subjects;
}

const COLUMNS = [
  'id',
  'topic',
  'seq',
  'position',
  'kind',
  'version',
  'occurred_at',
  'traceparent',
  'payload',
] as const satisfies readonly (keyof EventRow)[];

const PACKAGE = 'fitme.events.v1';
const TYPE_URL = `type.googleapis.com/${PACKAGE}.`;

function pack(payload: EventPayload): Any__Output {
  const [[key, message] = []] = Object.entries(payload);
  const name = `${key?.charAt(0).toUpperCase()}${key?.slice(1)}`;
  return {
    type_url: `${TYPE_URL}${name}`,
    value: messageDefinition(`${PACKAGE}.${name}`).serialize(message as object),
  };
}

function unpack(packed: Any__Output | null): Partial<EventMessages> & Pick<LoggedEvent, 'payload'> {
  const name = packed?.type_url.startsWith(TYPE_URL) ? packed.type_url.slice(TYPE_URL.length) : '';
  const type = findMessage(`${PACKAGE}.${name}`);
  if (packed === null || type === undefined) return { payload: undefined };
  const key = `${name.charAt(0).toLowerCase()}${name.slice(1)}` as keyof EventMessages;
  return { payload: key, [key]: withoutCompanions(type.deserialize(packed.value as Buffer)) };
}

/** The loader adds a `_field` for each optional field that is set: `_actorId` would be a subject of its own. */
function withoutCompanions(message: object): object {
  return Object.fromEntries(Object.entries(message).filter(([field]) => !field.startsWith('_')));
}

function anyType(): MessageTypeDefinition<Any__Output, Any__Output> {
  return messageDefinition('google.protobuf.Any') as MessageTypeDefinition<Any__Output, Any__Output>;
}
