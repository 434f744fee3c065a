import { expect, vi } from 'vitest';
import { PATIENCE } from '#tests/patience.ts';
import type { CourseResult } from './course.ts';
import type { CrashPerson } from './people.ts';
import type { CrashWorld } from './world.ts';

/** Asserts that a course has left exactly what it should have, in every place where a message shows. */
export async function expectNothingLost(world: CrashWorld, result: CourseResult): Promise<void> {
  const heads = await expectLog(world, result);
  for (const conversationId of result.followed.keys()) await expectHistory(conversationId, result);
  for (const [conversationId, seqs] of result.followed) {
    const all = upTo(heads.get(`messaging.conversation.${conversationId}`) ?? 0);
    await vi.waitFor(() => expect(seqs.at(-1)).toBe(all.length), PATIENCE);
    expect(seqs).toEqual(all);
  }
  for (const person of result.people) await expectInbox(person, result);
}

/**
 * The log holds one event a message, without gap in its topics and in the whole, and the consumer took each exactly once
 * and in order. Returns the head of each topic.
 */
async function expectLog(world: CrashWorld, { acknowledged }: CourseResult): Promise<Map<string, number>> {
  const events = await vi.waitFor(async () => {
    const { rows } = await world.admin.query<{
      id: string;
      kind: string;
      topic: string;
      seq: number;
      position: number | null;
    }>('SELECT id, kind, topic, seq::int, position::int FROM messaging.events e ORDER BY e.position');
    expect(rows.filter(({ position }) => position === null)).toEqual([]);
    return rows;
  }, PATIENCE);
  expect(events.map(({ position }) => position)).toEqual(upTo(events.length));
  const topics = Map.groupBy(events, ({ topic }) => topic);
  for (const ofTopic of topics.values()) {
    // In order of position, and yet in order of seq.
    expect(ofTopic.map(({ seq }) => seq)).toEqual(upTo(ofTopic.length));
  }
  const messages = events.filter(({ kind }) => kind === 'messaging.message-sent').map(({ id }) => id);
  expect(messages).toHaveLength(acknowledged.size);

  const recorded = async () => {
    const { rows } = await world.admin.query<{ event_id: string }>(
      'SELECT event_id FROM notifications.recorded ORDER BY nth',
    );
    return rows.map((row) => row.event_id);
  };
  await vi.waitFor(async () => expect(await recorded()).toContain(messages.at(-1)), PATIENCE);
  expect(await recorded()).toEqual(messages);
  return new Map([...topics].map(([topic, ofTopic]) => [topic, ofTopic.length]));
}

/** The history shows what was acknowledged, under the ids that were, and nothing else. */
async function expectHistory(conversationId: string, { people, acknowledged }: CourseResult): Promise<void> {
  const history = await vi.waitFor(() => people[0]?.history(conversationId) ?? [], PATIENCE);
  const expected = [...acknowledged]
    .filter(([, message]) => message.conversationId === conversationId)
    .map(([body, { id }]) => [body, id]);
  expect(history.map(({ id, body }) => [body, id]).toSorted()).toEqual(expected.toSorted());
}

/** Nobody reads, so the one notification of a conversation counts every message of the others. */
async function expectInbox(person: CrashPerson, { followed, acknowledged }: CourseResult): Promise<void> {
  const expected = [...followed.keys()].map((conversationId) => {
    const others = [...acknowledged.values()].filter(
      (message) => message.conversationId === conversationId && message.senderId !== person.id,
    );
    return [conversationId, others.length] as const;
  });
  await vi.waitFor(async () => expect(await person.notified()).toEqual(new Map(expected)), PATIENCE);
}

function upTo(head: number): number[] {
  return Array.from({ length: head }, (_, index) => index + 1);
}
