import { setTimeout as pause } from 'node:timers/promises';
import { DomainError } from '#platform/errors.ts';
import type { TopicLease } from '../topics/hub.ts';
import type { Access, LiveEvent } from '../topics/source.ts';
import type { Place } from '../topics/topic-reader.ts';
import type { Member } from './cohort.ts';
import type { Cursor } from './cursor.ts';
import type { Delivery, Progress, ReadProgress } from './delivery.ts';
import { createMessages, cursorAt, type EventMessages, historyLostMessage } from './event-messages.ts';

/**
 * Delivers a logged topic: every event within the viewer's access, in order, once. Whoever has caught up stands in a
 * cohort with all who get the same; whoever has not, or whose connection is slow, is delivered to alone until they have.
 * What becomes of those who cannot keep up is the field's to say.
 */
export function deliverEvents(delivery: Delivery, lease: TopicLease, from: Progress): ReadProgress {
  const events = new EventDelivery(delivery, lease, from);
  events.start();
  return () => events.progress();
}

class EventDelivery {
  readonly #delivery: Delivery;
  readonly #lease: TopicLease;
  readonly #cohortKey: string;
  readonly #messages: EventMessages;
  readonly #member: Member;
  #access: Access;
  /** Behind what was delivered last, as far as this delivery knows: the cohort moves the member's seq. */
  #place: Place;
  /** The cursor that the client resumes at is of another history. */
  readonly #isHistoryLost: boolean;
  #hadCaughtUp = false;
  /** The event of a field that conflates which waits to be sent, unless something newer comes. */
  #pending: LiveEvent | undefined;
  #sentAt = 0;

  constructor(delivery: Delivery, lease: TopicLease, { access: [access], after }: Progress) {
    if (access === undefined) throw new Error('a subscription is authorised before it is delivered');
    const { shared, requestId, viewerId, receiver } = delivery;
    this.#delivery = delivery;
    this.#lease = lease;
    this.#cohortKey = `${lease.topic} ${shared?.key ?? requestId}`;
    this.#messages = createMessages(delivery, lease.topic);
    this.#access = access;
    this.#isHistoryLost = after !== undefined && isBehindHistory(after, access);
    this.#place = startOf(access, after);
    this.#member = {
      viewerId,
      receiver,
      seq: 0,
      fromSeq: access.fromSeq,
      deliverAlone: (from) => {
        this.#place = from;
        this.#begin(false);
      },
    };
  }

  start(): void {
    const { cohorts, signal } = this.#delivery;
    signal.addEventListener('abort', () => cohorts.leave(this.#cohortKey, this.#member), { once: true });
    this.#lease.reader.follow(this.#access.head);
    this.#begin(this.#isHistoryLost);
  }

  progress(): Progress {
    const seq =
      this.#pending === undefined ? Math.max(this.#place.seq, this.#member.seq) : this.#pending.seq - 1;
    const place = { epoch: this.#place.epoch, seq };
    // The topic's head was elsewhere when access to it was judged.
    return { access: [{ ...this.#access, head: place }], after: { topic: this.#lease.topic, ...place } };
  }

  #begin(isHistoryLost: boolean): void {
    this.#deliverAlone(isHistoryLost).catch((error: unknown) => {
      if (!this.#delivery.signal.aborted) this.#delivery.fail(error);
    });
  }

  /** Takes events from the reader, until the cohort can have the subscriber or the subscription ends. */
  async #deliverAlone(isHistoryLost: boolean): Promise<void> {
    const { receiver, signal } = this.#delivery;
    const { reader } = this.#lease;
    if (isHistoryLost) await this.#skipTo(this.#access.head);
    for (;;) {
      if (this.#isAtEndOfAccess())
        return this.#end(new DomainError('PERMISSION_DENIED', 'You may see no more of this.'));
      await receiver.free(signal);
      if (this.#joinCohort()) return;
      const events = await reader.next(this.#place, signal);
      const goesOn = events === 'lost' ? await this.#skipLost() : await this.#deliverAll(events);
      if (!goesOn) return;
    }
  }

  /** False where the subscription ended. */
  async #deliverAll(events: readonly LiveEvent[]): Promise<boolean> {
    const { viewerId, maxLag, metrics, field } = this.#delivery;
    const { reader } = this.#lease;
    const change = events.find(({ accessChangedFor }) => accessChangedFor.includes(viewerId));
    const accessBefore = change && { ...this.#access, toSeq: change.seq };
    if (change !== undefined && !(await this.#authorize())) return false;
    for (const event of events) {
      if (this.#access.toSeq !== null && event.seq > this.#access.toSeq) break;
      const isVisible =
        isWithin(this.#access, event) || (accessBefore !== undefined && isWithin(accessBefore, event));
      if (isVisible && isOfField(this.#delivery, event)) await this.#deliver(event);
      this.#place = { epoch: this.#place.epoch, seq: event.seq };
      if (!this.#hadCaughtUp || reader.lag(this.#place) <= maxLag || field.whenSlow === 'CONFLATE') continue;
      if (field.whenSlow === 'CLOSE') {
        this.#end(tooFarBehind());
        return false;
      }
      await this.#dropOldest();
      break;
    }
    await this.#sendPending();
    const lag = reader.lag(this.#place);
    if (this.#hadCaughtUp && lag > 0) metrics.live.lag(field.whenSlow.toLowerCase(), lag);
    this.#hadCaughtUp ||= lag === 0;
    return true;
  }

  async #deliver(event: LiveEvent): Promise<void> {
    const { field, metrics } = this.#delivery;
    if (field.whenSlow !== 'CONFLATE') return this.#send(event);
    if (this.#pending !== undefined) metrics.live.dropped('conflate', 1);
    this.#pending = event;
  }

  /**
   * An event that came while the client or the interval was waited for takes the place of the one that waits, which is
   * then not sent.
   */
  async #sendPending(): Promise<void> {
    const event = this.#pending;
    if (event === undefined) return;
    const { receiver, signal, field } = this.#delivery;
    await receiver.free(signal);
    const waitMs = this.#sentAt + field.minIntervalMs - Date.now();
    if (waitMs > 0) await pause(waitMs, undefined, { signal });
    if (this.#lease.reader.isBehind(this.#place) && !this.#isAtEndOfAccess()) return;
    await this.#send(event);
    this.#pending = undefined;
    this.#sentAt = Date.now();
  }

  async #send(event: LiveEvent): Promise<void> {
    const { receiver, signal, metrics } = this.#delivery;
    await receiver.free(signal);
    const messageOf = isAsToOthers(this.#access, event) ? this.#messages.ofAll : this.#messages.own;
    const message = await messageOf(event, this.#place.epoch);
    signal.throwIfAborted();
    if (message === null) return;
    receiver.send(message);
    metrics.live.delivered('logged', 1);
  }

  /** The events at the place are no longer kept. False where the subscription ended. */
  async #skipLost(): Promise<boolean> {
    if (!(await this.#authorize())) return false;
    this.#lease.reader.follow(this.#access.head);
    await this.#skipTo(this.#access.head);
    return true;
  }

  async #dropOldest(): Promise<void> {
    const { metrics, field } = this.#delivery;
    const { reader } = this.#lease;
    const dropped = Math.max(reader.lag(this.#place) - reader.windowSize, 1);
    metrics.live.dropped(field.whenSlow.toLowerCase(), dropped);
    await this.#skipTo({ epoch: this.#place.epoch, seq: this.#place.seq + dropped });
  }

  /** Goes on behind this place, and says that what stood in front of it is lost. */
  async #skipTo(place: Place): Promise<void> {
    const { receiver, signal, metrics } = this.#delivery;
    this.#place = place;
    this.#pending = undefined;
    this.#member.seq = 0;
    await receiver.free(signal);
    const message = await historyLostMessage(this.#delivery, this.#lease.topic, place);
    signal.throwIfAborted();
    receiver.send(message);
    metrics.live.historyLost();
  }

  #joinCohort(): boolean {
    const { cohorts, signal, field, shared } = this.#delivery;
    const { reader } = this.#lease;
    const { fromSeq, toSeq } = this.#access;
    const place = this.#place;
    if (toSeq !== null || place.seq + 1 < fromSeq || reader.isBehind(place)) return false;
    // A cohort sends everything at once.
    if (field.minIntervalMs > 0) return false;
    this.#member.seq = place.seq;
    this.#member.fromSeq = fromSeq;
    this.#hadCaughtUp = true;
    const { ofAll: messageOf } = this.#messages;
    const options = { key: this.#cohortKey, reader, place, isShared: shared !== null, messageOf };
    return !signal.aborted && cohorts.join(options, this.#member);
  }

  /** False where the viewer may see no more, or nobody knows: then the subscription has ended. */
  async #authorize(): Promise<boolean> {
    try {
      this.#access = await this.#delivery.authorize(this.#lease);
      return true;
    } catch (error) {
      this.#end(error);
      return false;
    }
  }

  #isAtEndOfAccess(): boolean {
    const { toSeq } = this.#access;
    return toSeq !== null && this.#place.seq >= toSeq;
  }

  #end(error: unknown): void {
    this.#delivery.end(error, cursorAt(this.#lease.topic, this.#place));
  }
}

function startOf(access: Access, after: Cursor | undefined): Place {
  if (after === undefined || isBehindHistory(after, access)) return access.head;
  // Events in front of the access are not the viewer's, and those that it ends before are not waited for.
  return { epoch: after.epoch, seq: Math.max(after.seq, access.fromSeq - 1) };
}

/** A cursor of another history: another epoch, or a place that this one has not reached. */
function isBehindHistory(after: Cursor, { head }: Access): boolean {
  return after.epoch !== head.epoch || after.seq > head.seq;
}

function isWithin({ fromSeq, toSeq }: Access, { seq }: LiveEvent): boolean {
  return seq >= fromSeq && (toSeq === null || seq <= toSeq);
}

/** Whether whoever has this access sees of an event what all others see who share it. */
function isAsToOthers({ fromSeq, toSeq }: Access, { sharedFromSeq }: LiveEvent): boolean {
  return toSeq === null && fromSeq <= sharedFromSeq;
}

function isOfField({ field }: Delivery, { kind }: LiveEvent): boolean {
  return field.topics[0]?.kinds?.has(kind) ?? true;
}

function tooFarBehind(): DomainError {
  const message = 'You are too far behind: subscribe again with this cursor as `after`.';
  return new DomainError('RESOURCE_EXHAUSTED', message);
}
