import type { ExecutionResult } from 'graphql';
import { linkFromTraceparent, withSpan } from '#observability/tracing.ts';
import { DomainError } from '#platform/errors.ts';
import { topicKind } from '#platform/events/channels.ts';
import { type Cursor, encodeCursor } from './cursor.ts';
import type { Delivery } from './delivery.ts';
import { endedResult } from './ended.ts';
import type { TopicLease } from './hub.ts';
import { completePatiently } from './patience.ts';
import { eventPayload, historyLostPayload } from './payload.ts';
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
 * Delivers a logged topic: every event within the viewer's access, in order, once. The next event is completed when the
 * last was taken.
 */
export async function* deliverEvents(
  delivery: Delivery,
  { lease, access: firstAccess, after, maxLag }: EventsStart,
): AsyncGenerator<ExecutionResult, void, void> {
  const { field, viewer, signal } = delivery;
  const { reader, topic } = lease;
  const kinds = field.topics[0]?.kinds ?? null;
  let access = firstAccess;
  let place = startOf(access, after);
  let hadCaughtUp = false;
  reader.follow(access.head);
  if (after !== undefined && isBehindHistory(after, access)) {
    place = access.head;
    yield await tellHistoryLost(delivery, topic, place);
  }

  for (;;) {
    if (access.toSeq !== null && place.seq >= access.toSeq) {
      yield endedResult(
        new DomainError('PERMISSION_DENIED', 'You may see no more of this.'),
        cursorAt(topic, place),
      );
      return;
    }
    const events = await reader.next(place, signal);
    const change = events === 'lost' ? undefined : events.find((event) => changesAccessOf(viewer.id, event));
    const accessBefore = change && { ...access, toSeq: change.seq };
    try {
      if (events === 'lost' || change !== undefined) access = await delivery.authorize(lease);
    } catch (error) {
      yield endedResult(error, cursorAt(topic, place));
      return;
    }
    if (events === 'lost') {
      place = access.head;
      reader.follow(access.head);
      yield await tellHistoryLost(delivery, topic, place);
      continue;
    }
    for (const event of events) {
      if (access.toSeq !== null && event.seq > access.toSeq) break;
      place = { epoch: place.epoch, seq: event.seq };
      const isVisible =
        isWithin(access, event) || (accessBefore !== undefined && isWithin(accessBefore, event));
      if (isVisible && (kinds === null || kinds.has(event.kind)))
        yield await deliver(delivery, topic, place, event);
      if (hadCaughtUp && reader.lag(place) > maxLag) {
        yield endedResult(
          new DomainError(
            'RESOURCE_EXHAUSTED',
            'You are too far behind: subscribe again with this cursor as `after`.',
          ),
          cursorAt(topic, place),
        );
        return;
      }
    }
    hadCaughtUp ||= reader.lag(place) === 0;
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

function changesAccessOf(viewerId: string, { accessChangedFor }: LiveEvent): boolean {
  return accessChangedFor.includes(viewerId);
}

function isWithin({ fromSeq, toSeq }: Access, { seq }: LiveEvent): boolean {
  return seq >= fromSeq && (toSeq === null || seq <= toSeq);
}

function deliver(
  delivery: Delivery,
  topic: string,
  place: Place,
  event: LiveEvent,
): Promise<ExecutionResult> {
  const attributes = {
    'fitme.topic.kind': topicKind(topic),
    'fitme.event.kind': event.kind,
    'fitme.event.seq': event.seq,
    'fitme.event.lag': Date.now() - Date.parse(event.occurredAt),
    'fitme.request.id': delivery.requestId,
  };
  const links = [linkFromTraceparent(event.traceparent)];
  // A trace of its own: the subscription's is as old as the subscription.
  const payload = eventPayload(delivery.field.eventType, event, cursorAt(topic, place));
  return withSpan('live.deliver', { kind: 'consumer', root: true, links, attributes }, () =>
    completePatiently(() => delivery.complete(payload), delivery.signal),
  );
}

function tellHistoryLost(delivery: Delivery, topic: string, place: Place): Promise<ExecutionResult> {
  const attributes = { 'fitme.topic.kind': topicKind(topic), 'fitme.live.recovered': false };
  return withSpan('live.deliver', { kind: 'consumer', root: true, attributes }, () =>
    delivery.complete(
      historyLostPayload(delivery.field.eventType, cursorAt(topic, place), new Date().toISOString()),
    ),
  );
}

function cursorAt(topic: string, { epoch, seq }: Place): string {
  return encodeCursor({ topic, epoch, seq });
}
