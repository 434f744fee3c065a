import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStatementCount, type StatementCount } from '#tests/statement-count.ts';
import { decodeEvent, encodePayload, fromProto, toProto } from '../../event-log/envelope.ts';
import type { EventDraft } from '../../event-log/event.ts';
import { messageSent, openStores, type Stores } from './stores.ts';

let stores: Stores;
let statementCount: StatementCount;
beforeAll(async () => {
  stores = await openStores();
  statementCount = await openStatementCount(stores.adminUrl, { platform: true });
});
afterAll(async () => {
  await statementCount?.close();
  await stores?.close();
});

describe('append', () => {
  test('numbers each topic from 1, in the order of the drafts', async () => {
    const { append, eventLog } = stores.messaging;
    const drafts = [messageSent('b', 'b1'), messageSent('a', 'a1'), messageSent('b', 'b2')];
    const appended = await append(...drafts);
    expect(appended.map(({ topic, seq }) => [topic.at(-1), seq])).toEqual([
      ['b', 1],
      ['a', 1],
      ['b', 2],
    ]);
    await append(messageSent('b', 'b3'));

    const page = await eventLog.readTopic('messaging.conversation.b', 0, 10);
    expect(page?.events.map((event) => [event.seq, event.messageSent?.messageId])).toEqual([
      ['1', 'b1'],
      ['2', 'b2'],
      ['3', 'b3'],
    ]);
    expect(page?.events[0]).toMatchObject({
      id: appended[0]?.id,
      kind: 'messaging.message-sent',
      version: 1,
      payload: 'messageSent',
      position: '0',
    });
  });

  test('a transaction that fails leaves no number behind', async () => {
    const { append, db, eventLog } = stores.messaging;
    await append(messageSent('undone'));
    await expect(
      db.transaction(async (transaction) => {
        await transaction.append(messageSent('undone'), messageSent('never'));
        throw new Error('undo');
      }),
    ).rejects.toThrow('undo');
    const [next] = await append(messageSent('undone'));
    expect(next?.seq).toBe(2);
    expect(await eventLog.readTopic('messaging.conversation.never', 0, 10)).toBeNull();
  });

  test("another domain's topics and kinds are refused", async () => {
    const { append } = stores.messaging;
    await expect(append({ ...messageSent('a'), topic: 'users.person.a' })).rejects.toThrow('users.person.a');
    await expect(append({ ...messageSent('a'), kind: 'users.profile-changed' })).rejects.toThrow('messaging');
  });

  test('takes one statement however many events there are', async () => {
    const { append } = stores.messaging;
    const statements = await statementCount.during(() =>
      append(...Array.from({ length: 50 }, (_, index) => messageSent(`many-${index % 7}`))),
    );
    expect(statements.map(({ calls }) => calls)).toEqual([1]);
  });

  test('eight writers with rollbacks among them leave no gap, in no topic', async () => {
    const { db, eventLog } = stores.messaging;
    const topics = ['x', 'y', 'z'];
    let committed = 0;
    const write = async (writer: number) => {
      for (let round = 0; round < 25; round++) {
        // Overlapping sets of topics in differing orders: without sorted locks these transactions deadlock.
        const names = topics.filter((_, index) => (writer + round + index) % 3 !== 0);
        const drafts: EventDraft[] = (writer % 2 ? names : names.toReversed()).map((name) =>
          messageSent(name),
        );
        const fails = (writer * 7 + round) % 5 === 0;
        const done = db.transaction(async ({ append }) => {
          await append(...drafts);
          if (fails) throw new Error('undo');
        });
        if (fails) await expect(done).rejects.toThrow('undo');
        else await done.then(() => (committed += drafts.length));
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, writer) => write(writer)));

    const pages = await Promise.all(
      topics.map((name) => eventLog.readTopic(`messaging.conversation.${name}`, 0, 1_000)),
    );
    for (const page of pages) {
      const seqs = page?.events.map((event) => Number(event.seq)) ?? [];
      expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => index + 1));
      expect(page?.headSeq).toBe(seqs.length);
    }
    expect(pages.flatMap((page) => page?.events ?? [])).toHaveLength(committed);
  });
});

describe('read', () => {
  test('a page tells where the topic begins and ends, also when it is empty', async () => {
    const { append, eventLog } = stores.messaging;
    await append(messageSent('paged'), messageSent('paged'), messageSent('paged'));
    const topic = 'messaging.conversation.paged';
    const page = await eventLog.readTopic(topic, 1, 1);
    expect(page).toMatchObject({ headSeq: 3, oldestSeq: 1, events: [{ seq: '2' }] });
    expect(page?.epoch).toMatch(/^[0-9a-f]{32}$/);
    expect(await eventLog.readTopic(topic, 3, 10)).toMatchObject({ headSeq: 3, oldestSeq: 1, events: [] });
    expect(await eventLog.readTopic('messaging.conversation.nobody', 0, 10)).toBeNull();
  });

  test('what was dropped shows in where the topic begins', async () => {
    const { append, eventLog } = stores.messaging;
    const topic = 'messaging.conversation.old';
    await append(messageSent('old'), messageSent('old'), messageSent('old'));
    await stores.admin.query('DELETE FROM messaging.events WHERE topic = $1 AND seq < 3', [topic]);
    expect(await eventLog.readTopic(topic, 0, 10)).toMatchObject({ oldestSeq: 3, headSeq: 3 });
    await stores.admin.query('DELETE FROM messaging.events WHERE topic = $1', [topic]);
    expect(await eventLog.readTopic(topic, 0, 10)).toMatchObject({ oldestSeq: 4, headSeq: 3, events: [] });
  });

  test('heads come with their topics, and only for topics that have events', async () => {
    const { append, eventLog } = stores.messaging;
    await append(messageSent('h1'), messageSent('h2'), messageSent('h2'));
    const heads = await eventLog.heads(['h2', 'none', 'h1'].map((name) => `messaging.conversation.${name}`));
    expect(new Map(heads.map(({ topic, headSeq }) => [topic.split('.').at(-1), headSeq]))).toEqual(
      new Map([
        ['h1', 1],
        ['h2', 2],
      ]),
    );
  });
});

test('a payload holds its ids under the name of its message, and nothing that the columns hold', () => {
  const bytes = encodePayload({ messageSent: { conversationId: 'c', messageId: 'm', actorId: 'a' } });
  const name = 'type.googleapis.com/fitme.events.v1.MessageSent';
  expect(bytes.toString('latin1')).toContain(name);
  expect(bytes).toHaveLength(2 + name.length + 2 + 3 * 3);
});

test('an event is the same behind the wire, and tells its subjects to who does not know its message', () => {
  const payload = { messageSent: { conversationId: 'c', messageId: 'm', actorId: 'a' } };
  const columns = { ...ROW, payload: encodePayload(payload) };
  const event = decodeEvent(columns, 'epoch');
  expect(event).toMatchObject({ payload: 'messageSent', ...payload });
  const sent = toProto(event);
  expect(sent.subjects).toEqual({ conversation: 'c', message: 'm', actor: 'a' });
  expect(fromProto(sent)).toEqual(event);
  const ofAnotherBuild = {
    ...sent,
    payload: { type_url: `${sent.payload?.type_url}Elsewhere`, value: Buffer.of() },
  };
  expect(fromProto(ofAnotherBuild)).toMatchObject({ payload: undefined, kind: ROW.kind });
});

const ROW = {
  ...{ id: 'e', topic: 'messaging.conversation.c', seq: 1, position: 1, kind: 'messaging.message-sent' },
  ...{ version: 1, occurred_at: new Date(0), traceparent: '' },
};
