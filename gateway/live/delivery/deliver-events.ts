import { setTimeout as pause } from 'node:timers/promises';
import { DomainError } from '#platform/errors.ts';
import type { TopicLease } from '../topics/hub.ts';
import type { Access, LiveEvent } from '../topics/source.ts';
import type { Place } from '../topics/topic-reader.ts';
import type { CohortOptions, Member } from './cohort.ts';
import type { Cursor } from './cursor.ts';
import type { Delivery, Progress, ReadProgress } from './delivery.ts';
import { createMessages, cursorAt, historyLostMessage } from './event-messages.ts';

/**
 * Delivers a logged topic: every event within the viewer's access, in order, once. Whoever has caught up stands in a
 * cohort with all who get the same; whoever has not, or whose connection is slow, walks alone until they have. What
 * becomes of those who cannot keep up is the field's to say.
 */
export function deliverEvents(
  delivery: Delivery,
  lease: TopicLease,
  { access: [first], after }: Progress,
): ReadProgress {
  if (first === undefined) throw new Error('a subscription is authorised before it is delivered');
  const { viewerId, signal, receiver, cohorts, maxLag, metrics } = delivery;
  const { whenSlow, minIntervalMs } = delivery.field;
  const policy = whenSlow.toLowerCase();
  const { reader, topic } = lease;
  let access = first;
  let place = startOf(access, after);
  let hadCaughtUp = false;
  /** Of a field that conflates: what waits to be told, unless something newer comes. */
  let pending: LiveEvent | undefined;
  let toldAt = 0;

  const key = delivery.shared === null ? `${topic} ${delivery.requestId}` : `${topic} ${delivery.shared.key}`;
  const isShared = delivery.shared !== null;
  const { own: ownMessageOf, ofAll: messageOf } = createMessages(delivery, topic);
  const member: Member = {
    viewerId,
    receiver,
    seq: 0,
    fromSeq: access.fromSeq,
    deliverAlone(from) {
      place = from;
      start(false);
    },
  };

  function start(isLost: boolean): void {
    walk(isLost).catch((error: unknown) => {
      if (!signal.aborted) delivery.fail(error);
    });
  }

  /** Takes event after event, until the cohort can have the subscriber. */
  async function walk(isLost: boolean): Promise<void> {
    if (isLost) await loseUpTo(access.head);
    for (;;) {
      if (access.toSeq !== null && place.seq >= access.toSeq)
        return end(new DomainError('PERMISSION_DENIED', 'You may see no more of this.'));
      await receiver.free(signal);
      if (joined()) return;
      const events = await reader.next(place, signal);
      const change = events === 'lost' ? undefined : events.find((event) => changesAccessOf(viewerId, event));
      const accessBefore = change && { ...access, toSeq: change.seq };
      try {
        if (events === 'lost' || change !== undefined) access = await delivery.authorize(lease);
      } catch (error) {
        return end(error);
      }
      if (events === 'lost') {
        reader.follow(access.head);
        await loseUpTo(access.head);
        continue;
      }
      for (const event of events) {
        if (access.toSeq !== null && event.seq > access.toSeq) break;
        const isVisible =
          isWithin(access, event) || (accessBefore !== undefined && isWithin(accessBefore, event));
        if (isVisible) await tell(event);
        place = { epoch: place.epoch, seq: event.seq };
        if (!hadCaughtUp || reader.lag(place) <= maxLag) continue;
        if (whenSlow === 'CLOSE') return end(tooFarBehind());
        if (whenSlow === 'CONFLATE') continue;
        const dropped = Math.max(reader.lag(place) - reader.windowSize, 1);
        metrics.live.dropped(policy, dropped);
        await loseUpTo({ epoch: place.epoch, seq: place.seq + dropped });
        break;
      }
      await tellPending();
      const lag = reader.lag(place);
      if (hadCaughtUp && lag > 0) metrics.live.lag(policy, lag);
      hadCaughtUp ||= lag === 0;
    }
  }

  async function tell(event: LiveEvent): Promise<void> {
    if (!isOfField(delivery, event)) return;
    if (whenSlow !== 'CONFLATE') return send(event);
    if (pending !== undefined) metrics.live.dropped(policy, 1);
    pending = event;
  }

  /** What came while the client or the interval was waited for stands for what waits, which is then not told. */
  async function tellPending(): Promise<void> {
    const event = pending;
    if (event === undefined) return;
    await receiver.free(signal);
    const waitMs = toldAt + minIntervalMs - Date.now();
    if (waitMs > 0) await pause(waitMs, undefined, { signal });
    const isLast = access.toSeq !== null && place.seq >= access.toSeq;
    if (reader.isBehind(place) && !isLast) return;
    await send(event);
    pending = undefined;
    toldAt = Date.now();
  }

  async function send(event: LiveEvent): Promise<void> {
    await receiver.free(signal);
    const make = isAsToOthers(access, event) ? messageOf : ownMessageOf;
    const message = await make(event, place.epoch);
    signal.throwIfAborted();
    if (message === null) return;
    receiver.send(message);
    metrics.live.delivered('logged', 1);
  }

  async function loseUpTo(lost: Place): Promise<void> {
    place = lost;
    pending = undefined;
    member.seq = 0;
    await receiver.free(signal);
    const message = await historyLostMessage(delivery, topic, lost);
    signal.throwIfAborted();
    receiver.send(message);
    metrics.live.historyLost();
  }

  function joined(): boolean {
    if (access.toSeq !== null || place.seq + 1 < access.fromSeq || reader.isBehind(place)) return false;
    // A cohort tells everything at once.
    if (minIntervalMs > 0) return false;
    member.seq = place.seq;
    member.fromSeq = access.fromSeq;
    hadCaughtUp = true;
    const options: CohortOptions = { key, reader, place, isShared, messageOf };
    return !signal.aborted && cohorts.join(options, member);
  }

  function end(error: unknown): void {
    delivery.end(error, cursorAt(topic, place));
  }

  signal.addEventListener('abort', () => cohorts.leave(key, member), { once: true });
  reader.follow(access.head);
  start(after !== undefined && isBehindHistory(after, access));
  return () => {
    const seq = pending === undefined ? Math.max(place.seq, member.seq) : pending.seq - 1;
    const stands = { epoch: place.epoch, seq };
    // The topic's head was elsewhere when access to it was judged.
    return { access: [{ ...access, head: stands }], after: { topic, ...stands } };
  };
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

function changesAccessOf(viewerId: string, { accessChangedFor }: LiveEvent): boolean {
  return accessChangedFor.includes(viewerId);
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
