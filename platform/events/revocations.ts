import type { LiveEvent__Output } from '#gen/proto/fitme/live/v1/LiveEvent.ts';
import type { Logger } from '#observability/logger.ts';
import { millisecondsOf } from '../service/timestamps.ts';
import { LONGEST_ACCESS_SECONDS } from '../tokens/verifier.ts';
import { createTopicFollower, type TopicFollower, type TopicSource } from './topic-follower.ts';
import type { Unlisten, Wakeups } from './wakeups.ts';

/** The topic on which the users domain announces the sessions that have ended. */
export const REVOCATIONS_TOPIC = 'users.revocations';

interface RevocationsOptions {
  wakeups: Pick<Wakeups, 'follow' | 'onReconnect'>;
  log: Logger;
  /** The present, milliseconds since 1970. */
  now(): number;
}

/** The sessions whose access tokens are refused though they have not expired. */
export interface Revocations {
  /** Begins to read them, from the users domain's live source; once. */
  follow(source: TopicSource): void;
  isRevoked(sessionId: string): boolean;
  /** Called with each session that is revoked from now on. */
  onRevoked(listener: (sessionId: string) => void): Unlisten;
  /** Whether everything revoked before the start is known. */
  ready(): boolean;
  /** Resolves when it is. */
  caughtUp: Promise<void>;
  close(): Promise<void>;
}

/** A revocation is forgotten once the last token of its session has ended; the clocks of issuer and database differ. */
const KEEP_MS = LONGEST_ACCESS_SECONDS * 1_000 + 60_000;

/**
 * The revocations that are followed: known within 2 s of their commit at the latest, and within milliseconds as a rule. While the
 * users domain is away it answers from what it knows.
 */
export function createRevocations({ wakeups, log, now }: RevocationsOptions): Revocations {
  /** By session, in the order of revocation. */
  const revokedAt = new Map<string, number>();
  const listeners = new Set<(sessionId: string) => void>();

  function take(events: readonly LiveEvent__Output[]): void {
    const oldest = now() - KEEP_MS;
    for (const { subjects, occurredAt } of events) {
      const session = subjects['session'];
      const at = occurredAt === null ? now() : millisecondsOf(occurredAt);
      if (session === undefined || at < oldest || revokedAt.has(session)) continue;
      revokedAt.set(session, at);
      for (const listener of [...listeners]) report(listener, session);
    }
    for (const [session, at] of revokedAt) {
      if (at >= oldest) break;
      revokedAt.delete(session);
    }
  }

  function report(listener: (sessionId: string) => void, session: string): void {
    try {
      listener(session);
    } catch (err) {
      log.error({ err }, 'a listener of revocations threw');
    }
  }

  const caughtUp = Promise.withResolvers<void>();
  let ready = false;
  let follower: TopicFollower | undefined;
  return {
    follow(source) {
      follower = createTopicFollower({ topic: REVOCATIONS_TOPIC, source, wakeups, log, onEvents: take });
      void follower.ready.then(() => {
        ready = true;
        caughtUp.resolve();
      });
    },
    isRevoked: (sessionId) => revokedAt.has(sessionId),
    onRevoked(listener) {
      const own = (sessionId: string) => listener(sessionId);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    ready: () => ready,
    caughtUp: caughtUp.promise,
    close: async () => follower?.close(),
  };
}
