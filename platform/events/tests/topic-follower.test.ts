import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { PATIENCE } from '#tests/patience.ts';
import { topicChannel } from '../channels.ts';
import { createTopicFollower, type TopicFollower, type TopicFollowerOptions } from '../topic-follower.ts';
import { createWakeups, type Wakeups } from '../wakeups.ts';
import { type Sources, sourcesOf } from './sources.ts';
import { log, messageSent, openStores, type Stores } from './stores.ts';

const topic = 'messaging.conversation.c';
let stores: Stores;
let sources: Sources;
let wakeups: Wakeups;
let followers: TopicFollower[];
beforeEach(async () => {
  stores = await openStores();
  sources = sourcesOf('messaging', stores.messaging);
  wakeups = createWakeups({ redisUrl: inject('redisUrl'), log });
  await vi.waitFor(() => wakeups.publish('test:hello', 0), PATIENCE);
  followers = [];
});
afterEach(async () => {
  await Promise.all(followers.map((follower) => follower.close()));
  await wakeups.close();
  await stores.close();
});

/** Follows, and remembers the seqs in the order in which they came. */
function follow(options: Partial<TopicFollowerOptions> = {}) {
  const seqs: number[] = [];
  const follower = createTopicFollower({
    topic,
    source: sources.live,
    wakeups,
    log,
    onEvents: (events) => void seqs.push(...events.map((event) => Number(event.seq))),
    ...options,
  });
  followers.push(follower);
  return { follower, seqs };
}

const upTo = (head: number) => Array.from({ length: head }, (_, index) => index + 1);

describe('following', () => {
  test('begins with the oldest kept, and goes on by wake-ups alone', async () => {
    await stores.messaging.append(messageSent('c'), messageSent('c'));
    const { follower, seqs } = follow({ pollMs: 60_000 });
    await follower.ready;
    expect(seqs).toEqual([1, 2]);
    await stores.messaging.append(messageSent('c'));
    await wakeups.publish(topicChannel(topic), 3);
    await vi.waitFor(() => expect(seqs).toEqual([1, 2, 3]), PATIENCE);
  });

  test('a wake-up of what was read already asks nobody', async () => {
    await stores.messaging.append(messageSent('c'));
    const { follower } = follow({ pollMs: 60_000 });
    await follower.ready;
    const { calls } = sources;
    const other = vi.fn();
    await wakeups.listen(topicChannel(topic), other);
    await wakeups.publish(topicChannel(topic), 1);
    await vi.waitFor(() => expect(other).toHaveBeenCalled(), PATIENCE);
    expect(sources.calls).toBe(calls);
  });

  test('finds by its poll what no wake-up told, also in a topic that did not exist', async () => {
    const { follower, seqs } = follow({ pollMs: 50 });
    await follower.ready;
    await stores.messaging.append(messageSent('c'));
    await vi.waitFor(() => expect(seqs).toEqual([1]), PATIENCE);
  });

  test('a thousand events under a storm of wake-ups come once each and in order', async () => {
    const { seqs } = follow({ pollMs: 20 });
    for (let batch = 0; batch < 50; batch++) {
      await stores.messaging.append(...Array.from({ length: 50 }, () => messageSent('c')));
      for (let wake = 0; wake < 5; wake++) void wakeups.publish(topicChannel(topic), (batch + 1) * 50);
    }
    await vi.waitFor(() => expect(seqs).toHaveLength(2_500), PATIENCE);
    expect(seqs).toEqual(upTo(2_500));
  });

  test('waits for a source that is away, longer each time, and loses nothing', async () => {
    sources.away = true;
    const { follower, seqs } = follow({ pollMs: 1_000 });
    await stores.messaging.append(messageSent('c'));
    await vi.waitFor(() => expect(sources.calls).toBeGreaterThanOrEqual(3), PATIENCE);
    const { calls } = sources;
    for (let wake = 0; wake < 100; wake++) follower.wake();
    // Of a hundred wake-ups in one turn, the next attempt is one.
    await vi.waitFor(() => expect(sources.calls).toBeGreaterThan(calls), PATIENCE);
    expect(sources.calls).toBeLessThan(calls + 8);
    sources.away = false;
    await vi.waitFor(() => expect(seqs).toEqual([1]), PATIENCE);
  });

  test('events that could not be taken come again', async () => {
    await stores.messaging.append(messageSent('c'), messageSent('c'));
    const taken: number[] = [];
    let fails = true;
    follow({
      pollMs: 50,
      async onEvents(events) {
        if (fails) {
          fails = false;
          throw new Error('not now');
        }
        taken.push(...events.map((event) => Number(event.seq)));
      },
    });
    await vi.waitFor(() => expect(taken).toEqual([1, 2]), PATIENCE);
  });

  test('after close nothing comes, and no channel stays open', async () => {
    const { follower, seqs } = follow({ pollMs: 20 });
    await follower.ready;
    await follower.close();
    await stores.messaging.append(messageSent('c'));
    const { calls } = sources;
    follower.wake();
    const other = vi.fn();
    await wakeups.listen('test:after', other);
    await wakeups.publish(topicChannel(topic), 1);
    await wakeups.publish('test:after', 1);
    await vi.waitFor(() => expect(other).toHaveBeenCalled(), PATIENCE);
    expect([seqs, sources.calls]).toEqual([[], calls]);
    expect(wakeups.channels()).toBe(1);
  });
});

describe('a gap', () => {
  test('is told when events were dropped before they were read', async () => {
    await stores.messaging.append(...Array.from({ length: 5 }, () => messageSent('c')));
    const { epoch } = await stores.messaging.eventLog.readLog(0, 1);
    await stores.admin.query('DELETE FROM messaging.events WHERE seq < 4');
    const onGap = vi.fn();
    const { follower, seqs } = follow({ after: { epoch, seq: 1 }, onGap });
    await follower.ready;
    expect([seqs, onGap.mock.calls.length]).toEqual([[4, 5], 1]);
  });

  test('is told when the history was lost, whatever the seqs say', async () => {
    await stores.messaging.append(...Array.from({ length: 3 }, () => messageSent('c')));
    const onGap = vi.fn();
    const { follower, seqs } = follow({ pollMs: 20, onGap });
    await follower.ready;
    await stores.admin.query(`UPDATE messaging.log_epoch SET epoch = 'restored'`);
    await vi.waitFor(() => expect(onGap).toHaveBeenCalledTimes(1), PATIENCE);
    await vi.waitFor(() => expect(seqs).toEqual([1, 2, 3, 1, 2, 3]), PATIENCE);
    expect(follower.cursor()).toEqual({ epoch: 'restored', seq: 3 });
  });

  test('is none for who begins without a place', async () => {
    await stores.messaging.append(messageSent('c'), messageSent('c'));
    await stores.admin.query('DELETE FROM messaging.events WHERE seq < 2');
    const onGap = vi.fn();
    const { follower, seqs } = follow({ onGap });
    await follower.ready;
    expect([seqs, onGap.mock.calls.length]).toEqual([[2], 0]);
  });
});
