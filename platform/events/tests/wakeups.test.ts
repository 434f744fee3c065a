import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { PATIENCE } from '#tests/patience.ts';
import { createWakeups, type Wakeups } from '../wakeups.ts';
import { type RestartableRedis, startRestartableRedis } from './restartable-redis.ts';
import { log } from './stores.ts';

const open: Wakeups[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((wakeups) => wakeups.close()));
});

/** Ready to be published with, too. */
async function connect(redisUrl: string = inject('redisUrl')): Promise<Wakeups> {
  const wakeups = createWakeups({ redisUrl, log });
  open.push(wakeups);
  await vi.waitFor(() => wakeups.publish('test:hello', 0), PATIENCE);
  return wakeups;
}

/** Listens, and remembers what it heard. */
async function hear(wakeups: Wakeups, channel: string) {
  const heard: number[] = [];
  const unlisten = await wakeups.listen(channel, (head) => void heard.push(head));
  return { heard, unlisten };
}

describe('listening', () => {
  const redis = new Redis(inject('redisUrl'));
  afterAll(() => redis.disconnect());
  const subscriptions = async (channel: string) => (await redis.pubsub('NUMSUB', channel))[1];

  test('what is published after listen() resolved is heard, by all, over one subscription', async () => {
    const [here, there] = [await connect(), await connect()];
    const listeners = await Promise.all(Array.from({ length: 20 }, () => hear(here, 'test:one')));
    await there.publish('test:one', 7);
    await vi.waitFor(
      () => expect(listeners.map(({ heard }) => heard)).toEqual(listeners.map(() => [7])),
      PATIENCE,
    );
    expect(await subscriptions('test:one')).toBe(1);
    expect(here.channels()).toBe(1);
  });

  test('a new process loses nothing for having listened before its connection stood', async () => {
    const publisher = await connect();
    const fresh = createWakeups({ redisUrl: inject('redisUrl'), log });
    open.push(fresh);
    const { heard } = await hear(fresh, 'test:fresh');
    await publisher.publish('test:fresh', 1);
    await vi.waitFor(() => expect(heard).toEqual([1]), PATIENCE);
  });

  test('the head comes through, whatever else a message tells, and 0 where it is not understood', async () => {
    const { heard } = await hear(await connect(), 'test:messages');
    const messages = ['7', '{"head":8,"traceparent":"00-…"}', '{"head":"9"}', '[10]', 'eleven', ''];
    for (const message of messages) await redis.publish('test:messages', message);
    await vi.waitFor(() => expect(heard).toEqual([7, 8, 0, 0, 0, 0]), PATIENCE);
  });

  test('a listener that throws starves nobody', async () => {
    const wakeups = await connect();
    await wakeups.listen('test:throws', () => {
      throw new Error('mine');
    });
    const { heard } = await hear(wakeups, 'test:throws');
    await wakeups.publish('test:throws', 1);
    await vi.waitFor(() => expect(heard).toEqual([1]), PATIENCE);
  });

  test('a thousand listeners that come and go, some before they are heard, leave nothing behind', async () => {
    const wakeups = await connect();
    await Promise.all(
      Array.from({ length: 1_000 }, async (_, index) => {
        const channel = `test:churn:${index % 50}`;
        if (index % 3 === 0) wakeups.follow(channel, () => undefined)();
        else (await wakeups.listen(channel, () => undefined))();
      }),
    );
    expect(wakeups.channels()).toBe(0);
    await vi.waitFor(
      async () => expect(await redis.pubsub('CHANNELS', 'test:churn:*')).toEqual([]),
      PATIENCE,
    );
    const { heard } = await hear(wakeups, 'test:churn:1');
    await wakeups.publish('test:churn:1', 3);
    await vi.waitFor(() => expect(heard).toEqual([3]), PATIENCE);
  });

  test('one that has left hears nothing, and leaving twice takes nobody else along', async () => {
    const wakeups = await connect();
    const gone = await hear(wakeups, 'test:left');
    const stays = await hear(wakeups, 'test:left');
    gone.unlisten();
    gone.unlisten();
    await wakeups.publish('test:left', 1);
    await vi.waitFor(() => expect(stays.heard).toEqual([1]), PATIENCE);
    expect(gone.heard).toEqual([]);
  });
});

describe('Redis away', () => {
  let redis: RestartableRedis;
  beforeAll(async () => {
    redis = await startRestartableRedis();
  });
  afterAll(() => redis.close());

  test('channels are open again when it is back, and everybody is told', async () => {
    const wakeups = await connect(redis.url);
    const before = await hear(wakeups, 'test:back');
    const gap = Promise.withResolvers<void>();
    wakeups.onReconnect(gap.resolve);

    await redis.stop();
    await vi.waitFor(() => expect(wakeups.connected()).toBe(false), PATIENCE);
    await expect(wakeups.publish('test:back', 1)).rejects.toThrow();
    await expect(wakeups.listen('test:meanwhile', () => undefined)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    expect(wakeups.channels()).toBe(1);
    const meanwhile: number[] = [];
    wakeups.follow('test:later', (head) => void meanwhile.push(head));

    await redis.start();
    await gap.promise;
    // The publishing connection comes back by itself, a moment earlier or later.
    await vi.waitFor(() => wakeups.publish('test:later', 2), PATIENCE);
    await wakeups.publish('test:back', 3);
    await vi.waitFor(() => expect([before.heard, meanwhile]).toEqual([[3], [2]]), PATIENCE);
  });
});

test('a Redis that refuses a channel harms nobody else, and is asked again', async () => {
  const url = new URL(inject('redisUrl'));
  const admin = new Redis(url.href);
  try {
    const channels = ['resetchannels', '&test:hello', '&test:open'];
    await admin.call('ACL', 'SETUSER', 'picky', 'on', '>secret', '+@all', '~*', ...channels);
    url.username = 'picky';
    url.password = 'secret';
    const wakeups = await connect(url.href);
    const { heard } = await hear(wakeups, 'test:open');
    const refused: number[] = [];
    wakeups.follow('test:refused', (head) => void refused.push(head));
    await wakeups.publish('test:open', 1);
    await vi.waitFor(() => expect(heard).toEqual([1]), PATIENCE);

    await admin.call('ACL', 'SETUSER', 'picky', '&test:refused');
    const other = await connect();
    await vi.waitFor(async () => {
      await other.publish('test:refused', 1);
      expect(refused).not.toEqual([]);
    }, PATIENCE);
  } finally {
    await admin.call('ACL', 'DELUSER', 'picky');
    admin.disconnect();
  }
});
