import { linkFromTraceparent, withSpan } from '#observability/tracing.ts';
import { DomainError } from '#platform/errors.ts';
import { topicKind } from '#platform/events/channels.ts';
import type { CohortOptions, Member } from './cohort.ts';
import { type Cursor, encodeCursor } from './cursor.ts';
import type { Delivery, SharedCompletion } from './delivery.ts';
import { endedResult } from './ended.ts';
import type { TopicLease } from './hub.ts';
import { type LiveMessage, liveMessage } from './message.ts';
import { eventPayload, historyLostPayload, type Payload } from './payload.ts';
import type { Access, LiveEvent } from './source.ts';
import type { Place } from './topic-reader.ts';

export interface EventsStart {
  lease: TopicLease;
  access: Access;
  /** Where the client resumes; from now on where left out. */
  after: Cursor | undefined;
  maxLag: number;
}

/**
 * Delivers a logged topic: every event within the viewer's access, in order, once. Whoever has caught up stands in a
 * cohort with all who get the same; whoever has not, or whose connection is slow, walks alone until they have.
 */
export function deliverEvents(
  delivery: Delivery,
  { lease, access: firstAccess, after, maxLag }: EventsStart,
): void {
  const { viewer, signal, receiver, cohorts } = delivery;
  const { reader, topic } = lease;
  let access = firstAccess;
  let place = startOf(access, after);
  let hadCaughtUp = false;

  const key = delivery.shared === null ? `${topic} ${delivery.requestId}` : `${topic} ${delivery.shared.key}`;
  const isShared = delivery.shared !== null;
  const { own: ownMessageOf, ofAll: messageOf } = createMessages(delivery, topic);
  const member: Member = {
    viewerId: viewer.id,
    receiver,
    fromSeq: access.fromSeq,
    seq: 0,
    goAlone(from) {
      place = from;
      start();
    },
  };
  signal.addEventListener('abort', () => cohorts.leave(key, member), { once: true });
  reader.follow(access.head);
  start(after !== undefined && isBehindHistory(after, access));

  function start(isLost = false): void {
    walk(isLost).catch((error: unknown) => {
      if (!signal.aborted) delivery.fail(error);
    });
  }

  /** Takes event after event, until the cohort can have the subscriber. */
  async function walk(isLost: boolean): Promise<void> {
    if (isLost) {
      place = access.head;
      await receiver.free(signal);
      receiver.send(await tellHistoryLost(delivery, topic, place));
    }
    for (;;) {
      if (access.toSeq !== null && place.seq >= access.toSeq)
        return end(new DomainError('PERMISSION_DENIED', 'You may see no more of this.'));
      await receiver.free(signal);
      if (joined()) return;
      const events = await reader.next(place, signal);
      const change =
        events === 'lost' ? undefined : events.find((event) => changesAccessOf(viewer.id, event));
      const accessBefore = change && { ...access, toSeq: change.seq };
      try {
        if (events === 'lost' || change !== undefined) access = await delivery.authorize(lease);
      } catch (error) {
        return end(error);
      }
      if (events === 'lost') {
        place = access.head;
        reader.follow(access.head);
        receiver.send(await tellHistoryLost(delivery, topic, place));
        continue;
      }
      for (const event of events) {
        if (access.toSeq !== null && event.seq > access.toSeq) break;
        const isVisible =
          isWithin(access, event) || (accessBefore !== undefined && isWithin(accessBefore, event));
        const messages = isAsToOthers(access, event) ? messageOf : ownMessageOf;
        const message = isVisible ? messages(event, place.epoch) : null;
        if (message !== null) {
          await receiver.free(signal);
          receiver.send(await message);
        }
        place = { epoch: place.epoch, seq: event.seq };
        if (hadCaughtUp && reader.lag(place) > maxLag) {
          const message = 'You are too far behind: subscribe again with this cursor as `after`.';
          return end(new DomainError('RESOURCE_EXHAUSTED', message));
        }
      }
      hadCaughtUp ||= reader.lag(place) === 0;
    }
  }

  function joined(): boolean {
    if (access.toSeq !== null || place.seq + 1 < access.fromSeq || reader.isBehind(place)) return false;
    member.seq = place.seq;
    member.fromSeq = access.fromSeq;
    hadCaughtUp = true;
    const options: CohortOptions = { key, reader, place, isShared, messageOf };
    return !signal.aborted && cohorts.join(options, member);
  }

  function end(error: unknown): void {
    receiver.send(liveMessage(delivery.describe(endedResult(error, cursorAt(topic, place))), null));
    delivery.finish();
  }
}

type MessageOf = CohortOptions['messageOf'];

/** Makes the message of an event, the subscriber's own or that of all who share it; null for kinds that the field leaves out. */
function createMessages(delivery: Delivery, topic: string): { own: MessageOf; ofAll: MessageOf } {
  // Not the delivery itself: a cohort keeps what its first member brought.
  const { field, shared, requestId, messages } = delivery;
  const kinds = field.topics[0]?.kinds ?? null;
  const completeOwn = ownCompletion(delivery);
  const tell =
    (sharedWith: SharedCompletion | null): MessageOf =>
    (event, epoch) => {
      if (kinds !== null && !kinds.has(event.kind)) return null;
      const cursor = cursorAt(topic, { epoch, seq: event.seq });
      const attributes = {
        'fitme.topic.kind': topicKind(topic),
        'fitme.event.kind': event.kind,
        'fitme.event.seq': event.seq,
        'fitme.event.lag': Date.now() - Date.parse(event.occurredAt),
        'fitme.request.id': requestId,
      };
      const links = [linkFromTraceparent(event.traceparent)];
      const make = (payload: Payload) =>
        // A trace of its own: the subscription's is as old as the subscription.
        withSpan('live.deliver', { kind: 'consumer', root: true, links, attributes }, async () =>
          liveMessage(await (sharedWith?.complete ?? completeOwn)(payload), cursor),
        );
      const payload = () => eventPayload(field.eventType, event, cursor);
      return sharedWith === null
        ? make(payload())
        : messages.once(`${cursor} ${sharedWith.key}`, () => make(payload()));
    };
  return { own: tell(null), ofAll: tell(shared) };
}

function ownCompletion({ complete, signal }: Delivery): (payload: Payload) => Promise<string> {
  return (payload) => complete(payload, signal);
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

/** Whether whoever has this access sees of an event what all others see who share it. */
function isAsToOthers({ fromSeq, toSeq }: Access, { sharedFromSeq }: LiveEvent): boolean {
  return toSeq === null && fromSeq <= sharedFromSeq;
}

function isWithin({ fromSeq, toSeq }: Access, { seq }: LiveEvent): boolean {
  return seq >= fromSeq && (toSeq === null || seq <= toSeq);
}

function tellHistoryLost(delivery: Delivery, topic: string, place: Place): Promise<LiveMessage> {
  const attributes = { 'fitme.topic.kind': topicKind(topic), 'fitme.live.recovered': false };
  const cursor = cursorAt(topic, place);
  const payload = historyLostPayload(delivery.field.eventType, cursor, new Date().toISOString());
  return withSpan('live.deliver', { kind: 'consumer', root: true, attributes }, async () =>
    liveMessage(await delivery.complete(payload, delivery.signal), cursor),
  );
}

function cursorAt(topic: string, { epoch, seq }: Place): string {
  return encodeCursor({ topic, epoch, seq });
}
