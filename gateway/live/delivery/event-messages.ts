import { linkFromTraceparent, withSpan } from '#observability/tracing.ts';
import { topicKind } from '#platform/events/channels.ts';
import { eventPayload, historyLostPayload, type Payload } from '../../engine/subscriptions/payload.ts';
import type { Place } from '../topics/topic-reader.ts';
import type { CohortOptions } from './cohort.ts';
import { encodeCursor } from './cursor.ts';
import type { Delivery, SharedCompletion } from './delivery.ts';
import { type LiveMessage, liveMessage } from './message.ts';

type MessageOf = CohortOptions['messageOf'];

/** Makes the message of an event; null for kinds that the field leaves out. */
export interface EventMessages {
  /** The subscriber's own. */
  own: MessageOf;
  /** That of all who share it. */
  ofAll: MessageOf;
}

/** Makes what makes the messages of a delivery. */
export function createMessages(delivery: Delivery, topic: string): EventMessages {
  // Not the delivery itself: a cohort keeps what its first member brought.
  const { field, shared, requestId, messages } = delivery;
  const kinds = field.topics[0]?.kinds ?? null;
  const completeOwn = ownCompletion(delivery);
  const messageOf =
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
  return { own: messageOf(null), ofAll: messageOf(shared) };
}

/** The message that tells a subscriber that what stood in front of a place is lost to them. */
export function historyLostMessage(delivery: Delivery, topic: string, place: Place): Promise<LiveMessage> {
  const attributes = { 'fitme.topic.kind': topicKind(topic), 'fitme.live.recovered': false };
  const cursor = cursorAt(topic, place);
  const payload = historyLostPayload(delivery.field.eventType, cursor, new Date().toISOString());
  return withSpan('live.deliver', { kind: 'consumer', root: true, attributes }, async () =>
    liveMessage(await delivery.complete(payload, delivery.signal), cursor),
  );
}

/** The cursor of a place, as clients name it. */
export function cursorAt(topic: string, { epoch, seq }: Place): string {
  return encodeCursor({ topic, epoch, seq });
}

function ownCompletion({ complete, signal }: Delivery): (payload: Payload) => Promise<string> {
  return (payload) => complete(payload, signal);
}
