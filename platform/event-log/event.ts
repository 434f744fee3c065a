import type { EventMessages } from '#gen/events/messages.ts';
import type { Event__Output } from '#gen/proto/fitme/events/v1/Event.ts';
import { requiredDateOf } from '../service/timestamps.ts';

/** The payload of an event: one key, which is the message's name with a small first letter, and the message, complete. */
export type EventPayload = {
  [Key in keyof EventMessages]: { [K in Key]: EventMessages[Key] } & {
    [K in Exclude<keyof EventMessages, Key>]?: never;
  };
}[keyof EventMessages];

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

/** An event as it stands in a log: its proto message, unpacked. */
export interface LoggedEvent extends Omit<Event__Output, 'payload' | 'subjects'>, Partial<EventMessages> {
  /** Which of the messages is there; undefined for one that this build does not know. */
  payload: keyof EventMessages | undefined;
}

/** Time since an event was appended, by this machine's clock, seconds. */
export function ageSeconds({ occurredAt }: LoggedEvent): number {
  return Math.max(0, (Date.now() - requiredDateOf(occurredAt).getTime()) / 1_000);
}
