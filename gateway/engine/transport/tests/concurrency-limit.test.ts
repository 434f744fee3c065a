import { expect, it } from 'vitest';
import { createConcurrencyLimit } from '../concurrency-limit.ts';

const never = () => new AbortController().signal;

it('hands places on in the order of waiting', async () => {
  const limit = createConcurrencyLimit(1, 10);
  expect([limit.tryEnter(), limit.tryEnter()]).toEqual([true, false]);
  const order: string[] = [];
  const waits = ['first', 'second'].map(async (name) => {
    expect(await limit.wait(never(), 60_000)).toBe('entered');
    order.push(name);
    limit.leave();
  });
  expect(limit.queued()).toBe(2);
  limit.leave();
  await Promise.all(waits);
  expect(order).toEqual(['first', 'second']);
  expect([limit.inFlight(), limit.queued()]).toEqual([0, 0]);
});

it('refuses at once where the queue is full', async () => {
  const limit = createConcurrencyLimit(1, 1);
  limit.tryEnter();
  const first = limit.wait(never(), 60_000);
  expect(await limit.wait(never(), 60_000)).toBe('full');
  limit.leave();
  expect(await first).toBe('entered');
});

it('lets those go whose client leaves, whose time is over, or who are dismissed', async () => {
  const limit = createConcurrencyLimit(1, 10);
  limit.tryEnter();
  const client = new AbortController();
  const left = limit.wait(client.signal, 60_000);
  const late = limit.wait(never(), 1);
  client.abort();
  expect(await left).toBe('left');
  expect(await late).toBe('late');
  const dismissed = limit.wait(never(), 60_000);
  limit.dismiss();
  expect(await dismissed).toBe('dismissed');
  limit.leave();
  expect([limit.inFlight(), limit.queued()]).toEqual([0, 0]);
  expect(await limit.wait(AbortSignal.abort(), 60_000)).toBe('left');
});
