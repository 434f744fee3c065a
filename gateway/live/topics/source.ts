import type { OutgoingParent } from '#platform/grpc/outgoing-call.ts';

/** An event of a logged topic. */
export interface LiveEvent {
  seq: number;
  /** "<domain>.<past-tense>" */
  kind: string;
  /** ISO 8601. */
  occurredAt: string;
  /** Of what appended it; undefined where that was not traced. */
  traceparent: string | undefined;
  /** Ids by role. */
  subjects: Readonly<Record<string, string>>;
  accessChangedFor: readonly string[];
  /** The event looks the same to all whose access lasts and begins at this seq or in front of it; 0 where to nobody. */
  sharedFromSeq: number;
}

/** The newest event of a topic. */
export interface Head {
  epoch: string;
  seq: number;
}

/** What a viewer may see of a topic. */
export interface Access {
  mode: 'logged' | 'state';
  fromSeq: number;
  /** Null while access lasts. */
  toSeq: number | null;
  head: Head;
  /** Of a topic of state: it looks the same to everybody who may listen. */
  isShared: boolean;
}

export interface ReadPage {
  /** Behind the seq that was asked for, in order; the first is not the next one where events in between are gone. */
  events: LiveEvent[];
  head: Head;
}

/** A domain, as far as live topics need it. */
export interface LiveSource {
  name: string;
  /** Throws what the source answers: NOT_FOUND where the viewer may never have seen the topic. */
  authorize(topic: string, call: OutgoingParent): Promise<Access>;
  read(topic: string, afterSeq: number, limit: number, signal: AbortSignal): Promise<ReadPage>;
  /** Topics that the source does not log are left out. */
  heads(topics: readonly string[], signal: AbortSignal): Promise<Map<string, Head>>;
}

export interface LiveSources {
  /** The source of a topic. Throws NOT_FOUND where the configuration names none. */
  of(topic: string): LiveSource;
  all(): LiveSource[];
  close(): void;
}
