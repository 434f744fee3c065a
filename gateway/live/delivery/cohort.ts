import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Metrics } from '#observability/metrics.ts';
import type { LiveEvent } from '../topics/source.ts';
import type { Place, TopicReader } from '../topics/topic-reader.ts';
import type { LiveMessage, Receiver } from './message.ts';

/** A subscriber who has caught up, whose access lasts, and whose connection takes what it is sent. */
export interface Member {
  viewerId: string;
  receiver: Receiver;
  /** The first event of their access. */
  fromSeq: number;
  /** The last event that they have; the cohort moves it. */
  seq: number;
  /** Takes them back behind this place: an event is theirs alone, or the connection is slow. */
  deliverAlone(from: Place): void;
}

/** The members of a cohort have these in common. */
export interface CohortOptions {
  key: string;
  reader: TopicReader;
  place: Place;
  /** Whether they share what others see as well; an event that looks different to some of them is each one's own. */
  isShared: boolean;
  /** The message of an event for all of them; null for an event that is not for them. */
  messageOf(event: LiveEvent, epoch: string): Promise<LiveMessage> | null;
}

export interface CohortsOptions {
  metrics: Metrics;
  onFault(error: unknown): void;
}

/** Members that are sent a message before others have their turn. */
const CHUNK = 256;

/**
 * Subscribers of one topic that get the same messages at the same time: an idle one costs a member's entry, and an event
 * costs one loop over them all.
 */
export class Cohorts {
  readonly #options: CohortsOptions;
  readonly #open = new Map<string, Cohort>();

  constructor(options: CohortsOptions) {
    this.#options = options;
  }

  /** Takes a member in who has caught up to `place`; false where the cohort cannot have them now. */
  join(options: CohortOptions, member: Member): boolean {
    const { key } = options;
    let cohort = this.#open.get(key);
    if (cohort === undefined) {
      const opened = new Cohort(options, this.#options, () => {
        if (this.#open.get(key) === opened) this.#open.delete(key);
      });
      cohort = opened;
      this.#open.set(key, opened);
    }
    return cohort.join(options, member);
  }

  leave(key: string, member: Member): void {
    this.#open.get(key)?.drop(member);
  }
}

class Cohort {
  readonly #reader: TopicReader;
  readonly #isShared: boolean;
  readonly #messageOf: CohortOptions['messageOf'];
  readonly #options: CohortsOptions;
  readonly #emptied: () => void;
  readonly #unlisten: () => void;
  readonly #members = new Set<Member>();
  #place: Place;
  /** Ends the delivery under way; null while there is none. */
  #closing: AbortController | null = null;

  constructor(
    { reader, place, isShared, messageOf }: CohortOptions,
    options: CohortsOptions,
    emptied: () => void,
  ) {
    this.#reader = reader;
    this.#place = place;
    this.#isShared = isShared;
    this.#messageOf = messageOf;
    this.#options = options;
    this.#emptied = emptied;
    this.#unlisten = reader.onChange(() => void this.#run());
  }

  join({ reader, place }: CohortOptions, member: Member): boolean {
    const { epoch, seq } = this.#place;
    if (this.#reader !== reader || epoch !== place.epoch || member.seq < seq) return false;
    this.#members.add(member);
    return true;
  }

  drop(member: Member): void {
    if (!this.#members.delete(member) || this.#members.size > 0) return;
    this.#emptied();
    this.#unlisten();
    this.#closing?.abort();
  }

  async #run(): Promise<void> {
    if (this.#closing !== null) return;
    const closing = new AbortController();
    this.#closing = closing;
    try {
      while (this.#members.size > 0 && this.#reader.isBehind(this.#place)) {
        const events = await this.#reader.next(this.#place, closing.signal);
        if (events === 'lost') this.#releaseAll();
        else for (const event of events) await this.#deliver(event);
      }
    } catch (error) {
      if (closing.signal.aborted) return;
      this.#options.onFault(error);
      this.#releaseAll();
    } finally {
      this.#closing = null;
    }
  }

  async #deliver(event: LiveEvent): Promise<void> {
    // At once: they need not wait for a completion that is not theirs.
    if (this.#concernsSome(event))
      for (const member of [...this.#members]) if (this.#isTheirsAlone(event, member)) this.#release(member);
    if (this.#members.size === 0) return;
    const { epoch } = this.#place;
    const message = await this.#messageOf(event, epoch);
    if (message !== null) await this.#send(event, message);
    this.#place = { epoch, seq: event.seq };
  }

  async #send(event: LiveEvent, message: LiveMessage): Promise<void> {
    const { live } = this.#options.metrics;
    live.completed((Date.now() - Date.parse(event.occurredAt)) / 1_000);
    let sent = 0;
    for (const member of this.#members) {
      if (member.seq >= event.seq) continue;
      if (this.#isTheirsAlone(event, member) || !member.receiver.isFree()) {
        this.#release(member);
        continue;
      }
      member.receiver.send(message);
      member.seq = event.seq;
      sent += 1;
      if (sent % CHUNK === 0) await nextTurn();
    }
    live.delivered('logged', sent);
  }

  /** Whether an event may look different to some of the members. */
  #concernsSome({ accessChangedFor, sharedFromSeq, seq }: LiveEvent): boolean {
    return accessChangedFor.length > 0 || (this.#isShared && sharedFromSeq < seq);
  }

  #isTheirsAlone({ accessChangedFor, sharedFromSeq }: LiveEvent, { viewerId, fromSeq }: Member): boolean {
    return accessChangedFor.includes(viewerId) || (this.#isShared && fromSeq > sharedFromSeq);
  }

  #release(member: Member): void {
    const { epoch, seq } = this.#place;
    this.drop(member);
    member.deliverAlone({ epoch, seq: Math.max(member.seq, seq) });
  }

  /** Each is delivered to alone: what is lost to one may have been nothing to another. */
  #releaseAll(): void {
    for (const member of [...this.#members]) this.#release(member);
  }
}
