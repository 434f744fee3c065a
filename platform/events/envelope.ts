import type { MessageTypeDefinition } from '@grpc/proto-loader';
import type { Event, Event__Output } from '#gen/proto/fitme/events/v1/Event.ts';
import { messageDefinition } from '../grpc/protos.ts';
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

/** An Event message with nothing but its payload: the rest are columns. */
export function encodePayload(payload: EventPayload): Buffer {
  return eventType().serialize(payload);
}

/** The event that a row holds. `epoch` stands beside the log, not in its rows. */
export function decodeEvent(row: EventRow, epoch: string): LoggedEvent {
  return {
    ...eventType().deserialize(row.payload),
    id: row.id,
    topic: row.topic,
    epoch,
    seq: String(row.seq),
    position: String(row.position ?? 0),
    kind: row.kind,
    version: row.version,
    occurredAt: timestampOf(row.occurred_at),
    traceparent: row.traceparent,
  };
}

/** Ids by role, from the payload's fields that end in "Id": messageId is the "message". */
export function subjectsOf(event: LoggedEvent): Record<string, string> {
  const payload = event.payload === undefined ? null : event[event.payload];
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

function eventType(): MessageTypeDefinition<Event, Event__Output> {
  return messageDefinition('fitme.events.v1.Event') as MessageTypeDefinition<Event, Event__Output>;
}
