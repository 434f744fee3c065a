import { Redis } from 'ioredis';
import { decodeJwt, importJWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { liveSourceService } from '#platform/events/live-source.ts';
import {
  type RestartableRedis,
  startRestartableRedis,
} from '../../platform/events/tests/restartable-redis.ts';
import { type Chat, callAs, createChat, messagingService } from './chat.ts';
import { type LiveClient, type LiveSubscription, openLiveClient } from './live-client.ts';
import {
  EVENTS,
  type EventsData,
  NOTIFICATIONS,
  type NotificationsData,
  UNREAD,
  type UnreadData,
} from './live-operations.ts';
import { type E2eNetwork, type Person, startNetwork } from './network.ts';

let redis: RestartableRedis;
let network: E2eNetwork;
let chat: Chat;
let ada: Person;
let ben: Person;
let stranger: Person;
const clients: LiveClient[] = [];

beforeAll(async () => {
  redis = await startRestartableRedis();
  network = await startNetwork({ redisUrl: redis.url });
  chat = createChat(network);
  [ada, ben, stranger] = await Promise.all([
    network.signUp('Ada'),
    network.signUp('Ben'),
    network.signUp('Cleo'),
  ]);
});

afterAll(async () => {
  await network?.close();
  await redis?.close();
});

/** Whatever a test opened and however it ended: nothing of it stays. */
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  // The one channel is that of ended sessions.
  const nothing = { connections: 0, subscriptions: 0, topics: 0, upstreams: 0, queued_bytes: 0, channels: 1 };
  await expect.poll(held).toEqual(nothing);
});

function open(token: string): LiveClient {
  const client = openLiveClient(network.socketUrl, token);
  clients.push(client);
  return client;
}

/** What the gateway holds of its live part. */
async function held(): Promise<Record<string, number>> {
  const metrics = await (await fetch(`${network.gatewayUrl}/metrics`)).text();
  const gauges = [...metrics.matchAll(/^# TYPE fitme_live_\w+ gauge\nfitme_live_(\w+) (\d+)$/gm)];
  return Object.fromEntries(gauges.map(([, name, value]) => [name, Number(value)]));
}

/** The protocol does not tell a client when its subscription stands; what is sent from then on must arrive. */
async function untilListening(subscriptions: number): Promise<void> {
  await expect.poll(async () => (await held())['subscriptions'], { interval: 20 }).toBe(subscriptions);
}

function bodies(data: readonly EventsData[]): (string | undefined)[] {
  return data.map(({ conversationEvents }) => conversationEvents.message?.body);
}

describe('conversationEvents', () => {
  it('tells all who listen, whichever door it was sent by, completed across subgraphs', async () => {
    const id = await chat.startDirect(ada, ben);
    const sockets = [open(ada.token), open(ben.token)].map((client) =>
      client.subscribe<EventsData>(EVENTS, { id }),
    );
    await untilListening(2);
    await chat.send(ada, id, 'over GraphQL');
    await chat.sendOverGrpc(ben, id, 'over gRPC');
    for (const socket of sockets) {
      const messages = await socket.take(2);
      expect(messages.map(({ conversationEvents: { kind, message } }) => ({ kind, ...message }))).toEqual([
        { kind: 'MESSAGE_SENT', body: 'over GraphQL', sender: { name: 'Ada' } },
        { kind: 'MESSAGE_SENT', body: 'over gRPC', sender: { name: 'Ben' } },
      ]);
    }
  });

  it('is for members alone', async () => {
    const id = await chat.startDirect(ada, ben);
    expect(await codeOfRefusal(open(stranger.token).subscribe(EVENTS, { id }))).toBe('NOT_FOUND');
  });

  it.each([
    ['that is none', async () => 'nonsense'],
    ['of another topic', cursorOfInbox],
  ])('refuses a cursor %s', async (_what, cursor) => {
    const id = await chat.startDirect(ada, ben);
    const after = await cursor();
    expect(await codeOfRefusal(open(ben.token).subscribe(EVENTS, { id, after }))).toBe('BAD_USER_INPUT');
  });

  async function cursorOfInbox(): Promise<string> {
    const inbox = open(ben.token).subscribe<NotificationsData>(NOTIFICATIONS);
    await untilListening(1);
    await chat.send(ada, await chat.startDirect(ada, ben), 'for a cursor');
    const [data] = await inbox.take(1);
    return data?.notificationEvents.cursor ?? '';
  }

  async function codeOfRefusal(subscription: LiveSubscription<unknown>): Promise<unknown> {
    const errors = (await subscription.ended) as { extensions: Record<string, unknown> }[];
    return errors[0]?.extensions['code'];
  }
});

describe('who is removed from a conversation', () => {
  it('is told so and hears no more of it, and keeps the socket', async () => {
    const group = await chat.startGroup(ada, 'Runners', [ben]);
    const direct = await chat.startDirect(ada, ben);
    const client = open(ben.token);
    const ending = client.subscribe<EventsData>(EVENTS, { id: group });
    const staying = client.subscribe<EventsData>(EVENTS, { id: direct });
    const owner = open(ada.token).subscribe<EventsData>(EVENTS, { id: group });
    await untilListening(3);
    await chat.removeParticipant(ada, group, ben);
    expect(await ending.ended).toBe('complete');
    const [removal, last, ...more] = ending.received;
    expect(removal?.data?.conversationEvents).toMatchObject({
      kind: 'PARTICIPANT_REMOVED',
      participant: { id: ben.id },
    });
    expect(last?.errors?.[0]?.extensions['code']).toBe('FORBIDDEN');
    expect(more).toEqual([]);
    await chat.send(ada, group, 'without Ben');
    expect(bodies(await owner.take(2))).toEqual([undefined, 'without Ben']);
    await chat.send(ada, direct, 'with Ben');
    expect(bodies(await staying.take(1))).toEqual(['with Ben']);
  });

  it('sees what was before and nothing after, in history and replay, at both doors', async () => {
    const id = await chat.startGroup(ada, 'Swimmers', [ben]);
    const listening = open(ben.token).subscribe<EventsData>(EVENTS, { id });
    await untilListening(1);
    for (const body of ['first', 'second']) await chat.send(ada, id, body);
    const [first] = await listening.take(2);
    await chat.removeParticipant(ada, id, ben);
    await listening.ended;
    await chat.sendOverGrpc(ada, id, 'after');

    const after = first?.conversationEvents.cursor;
    const replay = open(ben.token).subscribe<EventsData>(EVENTS, { id, after });
    expect(await replay.ended).toBe('complete');
    const seen = replay.received.map(({ data, errors }) => errors?.[0]?.extensions['code'] ?? data);
    expect(seen).toMatchObject([
      { conversationEvents: { kind: 'MESSAGE_SENT', message: { body: 'second' } } },
      { conversationEvents: { kind: 'PARTICIPANT_REMOVED' } },
      'FORBIDDEN',
    ]);

    const answer = await network.run<{ conversation: { messages: { nodes: { body: string }[] } } }>(
      'query History($id: ID!) { conversation(id: $id) { messages(last: 10) { nodes { body } } } }',
      { token: ben.token, variables: { id } },
    );
    expect(answer.data?.conversation.messages.nodes).toEqual([{ body: 'first' }, { body: 'second' }]);
    const { edges } = await network
      .grpc('messaging', messagingService)
      .listMessages({ conversationId: id }, callAs(ben));
    expect(edges.map(({ message }) => message?.body)).toEqual(['first', 'second']);
  });

  it('reads no log at the gRPC door, which is for gateways', async () => {
    const id = await chat.startDirect(ada, ben);
    const read = network
      .grpc('messaging', liveSourceService)
      .read({ topic: `messaging.conversation.${id}`, afterSeq: 0, limit: 10 }, callAs(ben));
    await expect(read).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
  });
});

describe('a socket whose token', () => {
  it('expires is closed with 4403', async () => {
    const claims = decodeJwt(ada.token);
    const expiresAt = Math.floor(Date.now() / 1_000) + 10;
    const key = network.keys.accessToken;
    const token = await new SignJWT({ ...claims, exp: expiresAt })
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid ?? '' })
      .sign(await importJWK(key, 'EdDSA'));
    const client = open(token);
    await client.subscribe<UnreadData>(UNREAD).take(1);
    expect(await client.closed).toMatchObject({ code: 4403 });
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt * 1_000);
  });

  it('is revoked is closed with 4401', async () => {
    const person = await network.signUp('Dora');
    const client = open(person.token);
    await client.subscribe<UnreadData>(UNREAD).take(1);
    expect((await network.run('mutation { signOut { signedOut } }', person)).errors).toBeUndefined();
    expect(await client.closed).toMatchObject({ code: 4401 });
  });
});

describe('resuming', () => {
  it('brings what was missed once and in order: gateway killed, Redis flushed and restarted', async () => {
    const id = await chat.startDirect(ada, ben);
    const before = open(ben.token).subscribe<EventsData>(EVENTS, { id });
    await untilListening(1);
    await chat.send(ada, id, 'seen');
    const [seen] = await before.take(1);
    const sent: string[] = [];
    const send = async (door: 'send' | 'sendOverGrpc', why: string) => {
      for (const body of [`${why} 1`, `${why} 2`, `${why} 3`]) {
        await chat[door](ada, id, body);
        sent.push(body);
      }
    };

    clients.pop()?.close();
    await send('send', 'while away');
    await flushRedis();
    await network.kill('gateway');
    await send('sendOverGrpc', 'without gateway');
    await withoutRedis(() => send('sendOverGrpc', 'without Redis'));
    await network.start('gateway');
    const after = seen?.conversationEvents.cursor;
    const resumed = open(ben.token).subscribe<EventsData>(EVENTS, { id, after });
    await send('send', 'while it resumes');

    const missed = await resumed.take(sent.length);
    expect(bodies(missed)).toEqual(sent);
    expect(missed.every(({ conversationEvents }) => conversationEvents.recovered)).toBe(true);
    const middle = missed[5]?.conversationEvents.cursor;
    const again = open(ben.token).subscribe<EventsData>(EVENTS, { id, after: middle });
    expect(bodies(await again.take(sent.length - 6))).toEqual(sent.slice(6));
    await chat.send(ada, id, 'the last one');
    // What came twice would stand in front of it.
    for (const one of [resumed, again]) expect(bodies(await one.take(1))).toEqual(['the last one']);
  });

  it('is not needed while Redis is away: an open socket gets everything, a new one is sent away', async () => {
    const id = await chat.startDirect(ada, ben);
    const listening = open(ben.token).subscribe<EventsData>(EVENTS, { id });
    await untilListening(1);
    await withoutRedis(async () => {
      await chat.sendOverGrpc(ada, id, 'Redis is away');
      expect(bodies(await listening.take(1))).toEqual(['Redis is away']);
      const newcomer = open(stranger.token);
      newcomer.subscribe(NOTIFICATIONS);
      expect(await newcomer.closed).toMatchObject({ code: 1013 });
    });
    await flushRedis();
    await chat.sendOverGrpc(ada, id, 'Redis is back');
    expect(bodies(await listening.take(1))).toEqual(['Redis is back']);
  });

  async function withoutRedis(work: () => Promise<void>): Promise<void> {
    await redis.stop();
    await work().finally(() => redis.start());
  }

  async function flushRedis(): Promise<void> {
    const client = new Redis(redis.url);
    await client.flushall();
    client.disconnect();
  }
});

describe('what a person has not read', () => {
  it('is told at once, and again as it changes, over two domains', async () => {
    const [reader, writer] = await Promise.all([network.signUp('Elif'), network.signUp('Finn')]);
    const id = await chat.startDirect(writer, reader);
    const counts = open(reader.token).subscribe<UnreadData>(UNREAD);
    const is = (unreadConversationCount: number, unreadNotificationCount: number) => ({
      user: { name: 'Elif' },
      unreadConversationCount,
      unreadNotificationCount,
    });
    const untilCounts = async (expected: object) => {
      for (;;) {
        const [data] = await counts.take(1);
        if (JSON.stringify(data?.unreadCountsState.viewer) === JSON.stringify(expected)) return;
      }
    };
    const [snapshot] = await counts.take(1);
    expect(snapshot?.unreadCountsState.viewer).toEqual(is(0, 0));
    let messageId = '';
    for (let index = 0; index < 5; index += 1) messageId = await chat.send(writer, id, `message ${index}`);
    await untilCounts(is(1, 1));
    // Ten events in two domains; what looks as before is not sent.
    expect(counts.received.length).toBeLessThanOrEqual(3);
    await network.run(
      'mutation Read($input: MarkConversationReadInput!) { markConversationRead(input: $input) { conversation { id } } }',
      {
        token: reader.token,
        variables: { input: { conversationId: id, messageId } },
      },
    );
    await untilCounts(is(0, 0));
  });

  it('is told one by one by notificationEvents, which resumes as well', async () => {
    const [reader, writer] = await Promise.all([network.signUp('Gwen'), network.signUp('Hugo')]);
    const id = await chat.startDirect(writer, reader);
    const inbox = open(reader.token).subscribe<NotificationsData>(NOTIFICATIONS);
    await untilListening(1);
    const notification = { kind: 'MESSAGE_SENT', actor: { name: 'Hugo' } };
    await chat.send(writer, id, 'one');
    const [created] = await inbox.take(1);
    expect(created?.notificationEvents).toMatchObject({
      kind: 'NOTIFICATION_CREATED',
      notification: { ...notification, count: 1, message: { body: 'one' } },
    });
    clients.pop()?.close();
    await chat.send(writer, id, 'two');
    const after = created?.notificationEvents.cursor;
    const [updated] = await open(reader.token).subscribe<NotificationsData>(NOTIFICATIONS, { after }).take(1);
    expect(updated?.notificationEvents).toMatchObject({
      kind: 'NOTIFICATION_UPDATED',
      notification: { ...notification, count: 2, message: { body: 'two' } },
    });
  });
});
