import type { Event, Event__Output } from '#gen/proto/fitme/events/v1/Event.ts';
import { requiredDateOf } from '../service/timestamps.ts';

/** The members of the envelope's payload, of which exactly one is set. */
type PayloadKey = Exclude<
  keyof Event,
  | 'id'
  | 'topic'
  | 'epoch'
  | 'seq'
  | 'position'
  | 'kind'
  | 'version'
  | 'occurredAt'
  | 'traceparent'
  | 'payload'
>;

/** The payload of an event: one key, its message complete. */
export type EventPayload = {
  [Key in PayloadKey]: { [K in Key]: NonNullable<Event__Output[Key]> } & {
    [K in Exclude<PayloadKey, Key>]?: never;
  };
}[PayloadKey];

/** An event before the log has numbered it. */
export interface EventDraft {
  /** "<domain>.<thing>[.<id>]" */
  topic: string;
  /** "<domain>.<past-tense>" */
  kind: string;
  /** Version of the payload's meaning; 1 where left out. */
  version?: number;
  payload: EventPayload;
}

/** What the log gave an event. */
export interface AppendedEvent {
  id: string;
  topic: string;
  /** Number within the topic, from 1, without gap. */
  seq: number;
}

/** An event as it stands in a log, in the shape of its proto message. */
export type LoggedEvent = Event__Output;

/** Time since an event was appended, by this machine's clock, seconds. */
export function ageSeconds({ occurredAt }: LoggedEvent): number {
  return Math.max(0, (Date.now() - requiredDateOf(occurredAt).getTime()) / 1_000);
}
