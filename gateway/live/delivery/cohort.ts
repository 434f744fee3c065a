import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Metrics } from '#observability/metrics.ts';
import type { LiveEvent } from '../topics/source.ts';
import type { Place, TopicReader } from '../topics/topic-reader.ts';
import type { LiveMessage } from './message.ts';
import type { Receiver } from './receiver.ts';

/** A subscriber who has caught up, whose access lasts, and whose connection takes what it is sent. */
export interface Member {
  viewerId: string;
  receiver: Receiver;
  /** The first event of their access. */
  fromSeq: number;
  /** The last event that they have; the cohort moves it. */
  seq: number;
  /** Takes them back behind this place: an event is theirs alone, or the connection is slow. */
  goAlone(place: Place): void;
}

/** What the members of a cohort have in common. */
export interface CohortOptions {
  key: string;
  reader: TopicReader;
  place: Place;
  /** Whether they share what others see as well; an event that looks different to some of them is each one's own. */
  isShared: boolean;
  /** The message of an event for all of them; null for an event that is not for them. */
  messageOf(event: LiveEvent, epoch: string): Promise<LiveMessage> | null;
}

/**
 * Subscribers of one topic that get the same messages at the same time: an idle one costs a member's entry, and an event
 * costs one loop over them all.
 */
export interface Cohorts {
  /**
   * Takes a member in who has caught up to `place`; false where the cohort cannot have them now.
   */
  join(options: CohortOptions, member: Member): boolean;
  leave(key: string, member: Member): void;
  /** Cohorts at present. */
  size(): number;
}

interface Cohort {
  reader: TopicReader;
  place: Place;
  members: Set<Member>;
  isRunning: boolean;
  isShared: boolean;
  messageOf: CohortOptions['messageOf'];
  unlisten(): void;
  closing: AbortController | null;
}

/** Members that are sent a message before others have their turn. */
const CHUNK = 256;

export interface CohortsOptions {
  metrics: Metrics;
  onFault(error: unknown): void;
}

/** Makes the cohorts of a gateway. */
export function createCohorts({ metrics, onFault }: CohortsOptions): Cohorts {
  const cohorts = new Map<string, Cohort>();

  function open({ key, reader, place, isShared, messageOf }: CohortOptions): Cohort {
    const cohort: Cohort = {
      reader,
      place,
      isShared,
      messageOf,
      members: new Set(),
      isRunning: false,
      closing: null,
      unlisten: reader.onChange(() => void run(key, cohort)),
    };
    cohorts.set(key, cohort);
    return cohort;
  }

  function drop(key: string, cohort: Cohort, member: Member): void {
    if (!cohort.members.delete(member) || cohort.members.size > 0) return;
    if (cohorts.get(key) === cohort) cohorts.delete(key);
    cohort.unlisten();
    cohort.closing?.abort();
  }

  function release(key: string, cohort: Cohort, member: Member): void {
    const seq = Math.max(member.seq, cohort.place.seq);
    drop(key, cohort, member);
    member.goAlone({ epoch: cohort.place.epoch, seq });
  }

  async function run(key: string, cohort: Cohort): Promise<void> {
    if (cohort.isRunning) return;
    cohort.isRunning = true;
    const closing = new AbortController();
    cohort.closing = closing;
    try {
      while (cohort.members.size > 0 && cohort.reader.isBehind(cohort.place)) {
        const events = await cohort.reader.next(cohort.place, closing.signal);
        if (events === 'lost') releaseAll(key, cohort);
        else for (const event of events) await deliver(key, cohort, event);
      }
    } catch (error) {
      if (closing.signal.aborted) return;
      onFault(error);
      releaseAll(key, cohort);
    } finally {
      cohort.isRunning = false;
      cohort.closing = null;
    }
  }

  /** Each finds their own way: what is lost to one may have been nothing to another. */
  function releaseAll(key: string, cohort: Cohort): void {
    for (const member of [...cohort.members]) release(key, cohort, member);
  }

  async function deliver(key: string, cohort: Cohort, event: LiveEvent): Promise<void> {
    const { members, place, isShared } = cohort;
    const isTheirs = ({ viewerId, fromSeq }: Member) =>
      event.accessChangedFor.includes(viewerId) || (isShared && fromSeq > event.sharedFromSeq);
    const isForSome = event.accessChangedFor.length > 0 || (isShared && event.sharedFromSeq < event.seq);
    // At once: they need not wait for a completion that is not theirs.
    if (isForSome) for (const member of [...members]) if (isTheirs(member)) release(key, cohort, member);
    if (members.size === 0) return;
    const message = await cohort.messageOf(event, place.epoch);
    if (message !== null) {
      metrics.live.completed((Date.now() - Date.parse(event.occurredAt)) / 1_000);
      let sent = 0;
      for (const member of members) {
        if (member.seq >= event.seq) continue;
        if (isTheirs(member) || !member.receiver.isFree()) {
          release(key, cohort, member);
          continue;
        }
        member.receiver.send(message);
        member.seq = event.seq;
        sent += 1;
        if (sent % CHUNK === 0) await nextTurn();
      }
      metrics.live.delivered('logged', sent);
    }
    cohort.place = { epoch: place.epoch, seq: event.seq };
  }

  return {
    join(options, member) {
      const cohort = cohorts.get(options.key) ?? open(options);
      const { reader, place } = cohort;
      if (reader !== options.reader || place.epoch !== options.place.epoch || member.seq < place.seq)
        return false;
      cohort.members.add(member);
      return true;
    },
    leave(key, member) {
      const cohort = cohorts.get(key);
      if (cohort !== undefined) drop(key, cohort, member);
    },
    size: () => cohorts.size,
  };
}
