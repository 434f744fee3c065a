import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { heldBytes } from '#tests/heap.ts';
import { createSharedMessages, liveMessage } from '../live/delivery/message.ts';

const KEPT_MS = 1_000;
const MESSAGES = 2_000;
const CHARACTERS = 2_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

it('makes a message once for all who ask within a second', async () => {
  const messages = createSharedMessages();
  let made = 0;
  const make = async () => liveMessage(`{"made":${++made}}`, null);
  const together = await Promise.all([messages.once('1', make), messages.once('1', make)]);
  vi.advanceTimersByTime(KEPT_MS / 2 - 1);
  const late = await messages.once('1', make);
  expect([...together, late].map(({ body }) => body)).toEqual(Array(3).fill('{"made":1}'));
});

it('makes a message anew once it is older than a second, or where too many came since', async () => {
  const messages = createSharedMessages();
  let made = 0;
  const make = async () => liveMessage(`{"made":${++made}}`, null);
  await messages.once('1', make);
  vi.advanceTimersByTime(KEPT_MS);
  await messages.once('1', make);
  expect(made).toBe(2);
  const large = async () => liveMessage('x'.repeat(9 * 2 ** 20), null);
  await messages.once('2', large);
  await messages.once('3', large);
  await messages.once('1', make);
  expect(made).toBe(3);
});

it('makes a message anew where making it failed', async () => {
  const messages = createSharedMessages();
  await expect(messages.once('1', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  await expect(messages.once('1', async () => liveMessage('{}', null))).resolves.toMatchObject({
    body: '{}',
  });
});

it('holds no message that is older than a second', async () => {
  const messages = createSharedMessages();
  const before = await settledBytes();
  for (let index = 0; index < MESSAGES; index += 1)
    await messages.once(`${index}`, async () =>
      liveMessage(Buffer.alloc(CHARACTERS, `${index} `).toString('latin1'), null),
    );
  const meanwhile = heldBytes();
  expect(meanwhile - before).toBeGreaterThan(MESSAGES * CHARACTERS);
  vi.advanceTimersByTime(KEPT_MS);
  await pause(1);
  expect(heldBytes() - before).toBeLessThan((MESSAGES * CHARACTERS) / 10);
  // Still there, and still at work.
  await messages.once('last', async () => liveMessage('{}', null));
});

/** What other tests have let go of takes a while to go. */
async function settledBytes(): Promise<number> {
  for (let last = heldBytes(); ; ) {
    await pause(50);
    const now = heldBytes();
    if (Math.abs(now - last) < 50_000) return now;
    last = now;
  }
}
