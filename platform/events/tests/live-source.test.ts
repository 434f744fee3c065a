import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallContext } from '#platform/call.ts';
import type { TopicDefinition } from '#platform/events/topic.ts';
import { createEventLogService } from '../event-log-service.ts';
import { createLiveSource, type HostedLogs } from '../live-source.ts';
import { sealEvents } from '../seal.ts';
import { matchTopic } from '../topic.ts';
import { serviceCall } from './sources.ts';
import { messageSent, openStores, type Stores } from './stores.ts';

const topics: TopicDefinition[] = [
  {
    pattern: 'messaging.conversation.{id}',
    mode: 'logged',
    authorize: async (viewer, id) =>
      viewer.id === 'ada' && id !== 'secret' ? { fromSeq: 2, toSeq: 5 } : null,
    accessChangedFor: (event) => (event.participantAdded ? [event.participantAdded.participantId] : []),
  },
  {
    pattern: 'messaging.typing.{id}',
    mode: 'state',
    authorize: async () => ({ fromSeq: 0, toSeq: null, isShared: true }),
  },
];

let stores: Stores;
let logs: HostedLogs;
let live: ReturnType<typeof createLiveSource>;
beforeAll(async () => {
  stores = await openStores();
  logs = new Map([
    ['messaging', { topics, eventLog: stores.messaging.eventLog }],
    ['users', { topics: [], eventLog: stores.users.eventLog }],
  ]);
  live = createLiveSource(logs);
});
afterAll(() => stores.close());

function callOf(id: string): CallContext {
  const viewer = {
    id,
    kind: 'person',
    sessionId: null,
    token: '',
    expiresAt: 0,
    scopes: new Set<string>(),
    roles: [],
  } as const;
  return { ...serviceCall(), viewer };
}

describe('Authorize', () => {
  test("answers with the viewer's part and the topic's head, also before the first event", async () => {
    const topic = 'messaging.conversation.a1';
    const { epoch } = await stores.messaging.eventLog.readLog(0, 1);
    const answer = { mode: 'TOPIC_MODE_LOGGED', fromSeq: '2', toSeq: '5', epoch, isShared: false };
    expect(await live.Authorize({ topic }, callOf('ada'))).toEqual({ ...answer, headSeq: '0' });
    await stores.messaging.append(messageSent('a1'), messageSent('a1'));
    expect(await live.Authorize({ topic }, callOf('ada'))).toEqual({ ...answer, headSeq: '2' });
  });

  test('a topic of state has no seqs', async () => {
    expect(await live.Authorize({ topic: 'messaging.typing.a' }, callOf('ada'))).toMatchObject({
      mode: 'TOPIC_MODE_STATE',
      toSeq: undefined,
      headSeq: '0',
      isShared: true,
    });
  });

  test.each([
    ['of somebody else', 'messaging.conversation.secret'],
    ['that fits no pattern', 'messaging.nothing.a'],
    ['with a dot in its id', 'messaging.conversation.a.b'],
    ['without id', 'messaging.conversation.'],
    ['of a domain that is not hosted', 'workouts.plan.a'],
  ])('a topic %s is not found, in the same words', async (_, topic) => {
    await expect(live.Authorize({ topic }, callOf('ada'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'There is no such topic, or you may not see it.',
    });
  });
});

describe('Read', () => {
  test('gives subjects by role, and whose access changed', async () => {
    const conversationId = 'r1';
    await stores.messaging.append(messageSent(conversationId, 'm1'), {
      topic: `messaging.conversation.${conversationId}`,
      kind: 'messaging.participant-added',
      payload: { participantAdded: { conversationId, actorId: 'ada', participantId: 'bob' } },
    });
    const page = await live.Read(
      { topic: `messaging.conversation.${conversationId}`, afterSeq: '0', limit: 10 },
      serviceCall(),
    );
    expect(page).toMatchObject({ headSeq: '2', oldestSeq: '1' });
    expect(page.events).toMatchObject([
      { seq: '1', subjects: { conversation: 'r1', message: 'm1', actor: 'ada' }, accessChangedFor: [] },
      {
        seq: '2',
        subjects: { conversation: 'r1', actor: 'ada', participant: 'bob' },
        accessChangedFor: ['bob'],
      },
    ]);
    expect(Number(page.events[0]?.occurredAt?.seconds)).toBeCloseTo(Date.now() / 1_000, -2);
  });

  test('a topic that fits a pattern and has no event yet is empty', async () => {
    const request = { topic: 'messaging.conversation.new', afterSeq: '0', limit: 10 };
    expect(await live.Read(request, serviceCall())).toMatchObject({
      events: [],
      headSeq: '0',
      oldestSeq: '1',
    });
  });

  test('a topic of state says where to look instead; an unknown one is not found', async () => {
    const read = (topic: string) => live.Read({ topic, afterSeq: '0', limit: 10 }, serviceCall());
    await expect(read('messaging.typing.a')).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
    await expect(read('messaging.nothing.a')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(read('workouts.plan.a')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

test('BatchRead answers a page for each read, of all domains at once', async () => {
  await stores.messaging.append(messageSent('c1'), messageSent('c1'), messageSent('c2'));
  const read = (topic: string, afterSeq = '0', limit = 10) => ({ topic, afterSeq, limit });
  const { pages } = await live.BatchRead(
    {
      reads: [
        read('messaging.conversation.c1', '1'),
        read('workouts.plan.a'),
        read('messaging.conversation.c2'),
        read('messaging.typing.a'),
        read('messaging.conversation.c1', '0', 1),
        read('messaging.conversation.unused'),
        read('messaging.nothing.a'),
      ],
    },
    serviceCall(),
  );
  expect(pages.map(({ page }) => page?.events.map(({ seq }) => seq))).toEqual([
    ['2'],
    undefined,
    ['1'],
    undefined,
    ['1'],
    [],
    undefined,
  ]);
  const [first, , , , , unused] = pages;
  expect(first?.page).toMatchObject({ headSeq: '2', oldestSeq: '1', epoch: unused?.page?.epoch });
  expect(unused?.page).toMatchObject({ headSeq: '0', oldestSeq: '1' });
});

test('BatchHeads answers for all domains at once, with one statement each', async () => {
  await stores.messaging.append(messageSent('b1'), messageSent('b1'), messageSent('b2'));
  await stores.users.append({
    topic: 'users.person.b',
    kind: 'users.profile-changed',
    payload: { profileChanged: { userId: 'b' } },
  });
  const { heads } = await live.BatchHeads(
    {
      topics: ['messaging.conversation.b1', 'users.person.b', 'messaging.conversation.b2', 'workouts.plan.a'],
    },
    serviceCall(),
  );
  expect(new Map(heads.map((head) => [head.topic, head.headSeq]))).toEqual(
    new Map([
      ['messaging.conversation.b1', '2'],
      ['messaging.conversation.b2', '1'],
      ['users.person.b', '1'],
    ]),
  );
});

test('ReadEvents reads sealed events alone, in order of position', async () => {
  const service = createEventLogService(logs);
  const read = (afterPosition: string) =>
    service.ReadEvents({ domain: 'users', afterPosition, limit: 10 }, serviceCall());
  await sealEvents(stores.users.db.pool);
  const { headPosition } = await read('0');
  const draft = {
    topic: 'users.person.c',
    kind: 'users.profile-changed',
    payload: { profileChanged: { userId: 'c' } },
  } as const;
  await stores.users.append(draft, draft);
  expect(await read(headPosition)).toMatchObject({ events: [], headPosition });
  await sealEvents(stores.users.db.pool);
  const head = Number(headPosition);
  expect(await read(headPosition)).toMatchObject({
    events: [{ position: String(head + 1) }, { position: String(head + 2) }],
    headPosition: String(head + 2),
    oldestPosition: '1',
  });
  await expect(
    service.ReadEvents({ domain: 'workouts', afterPosition: '0', limit: 1 }, serviceCall()),
  ).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a pattern without {id} is a topic of its own', () => {
  const definition: TopicDefinition = {
    pattern: 'users.revocations',
    mode: 'logged',
    authorize: async () => null,
  };
  expect(matchTopic([definition], 'users.revocations')).toEqual({ definition, id: '' });
  expect(matchTopic([definition], 'users.revocations.a')).toBeNull();
});
