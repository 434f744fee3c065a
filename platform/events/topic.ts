import type { CallContext } from '../call.ts';
import type { LoggedEvent } from '../event-log/event.ts';
import type { Viewer } from '../viewer.ts';

/** The part of a topic that a viewer may see. */
export interface TopicAccess {
  /** The first seq. */
  fromSeq: number;
  /** The last seq; null while access lasts. */
  toSeq: number | null;
  /** Of a topic of state: it looks the same to everybody who may listen. It may look different to each where left out. */
  isShared?: boolean;
}

/** A family of topics that clients can listen to. */
export interface TopicDefinition {
  /** For example "messaging.conversation.{id}". */
  pattern: string;
  /** Logged: every event is kept and replayed. State: only the present counts. */
  mode: 'logged' | 'state';
  /** What the viewer may see of one topic; null where nothing, now or ever. `id` is the name's last part. */
  authorize(viewer: Viewer, id: string, call: CallContext): Promise<TopicAccess | null>;
  /** Ids of the people whose access this event changed. */
  accessChangedFor?(event: LoggedEvent): string[];
  /**
   * The event's subjects look the same to everybody whose access lasts and begins at this seq or in front of it; 0 where
   * they may look different to each, as where this is left out.
   */
  sharedFrom?(event: LoggedEvent): number;
}

/** Authorises a topic that is named after one person: the whole of it is theirs, and nothing of it anybody else's. */
export async function ownerOnly(viewer: Viewer, userId: string): Promise<TopicAccess | null> {
  return viewer.kind === 'person' && viewer.id === userId ? { fromSeq: 1, toSeq: null } : null;
}

/** A topic's definition, and the id in its name. */
export interface TopicMatch {
  definition: TopicDefinition;
  /** What stands in the place of "{id}"; empty where the pattern has none. */
  id: string;
}

/** Finds the definition whose pattern ("messaging.conversation.{id}") a topic fits. An id holds no dot. */
export function matchTopic(definitions: readonly TopicDefinition[], topic: string): TopicMatch | null {
  for (const definition of definitions) {
    const [prefix = '', rest] = definition.pattern.split('{id}');
    if (rest === undefined && topic === prefix) return { definition, id: '' };
    const id = topic.slice(prefix.length);
    if (rest === '' && topic.startsWith(prefix) && id !== '' && !id.includes('.')) return { definition, id };
  }
  return null;
}
