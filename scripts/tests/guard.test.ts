import { expect, test } from 'vitest';
import { startChild } from '../processes/child.ts';
import { createGuard } from '../processes/guard.ts';
import { isRunning } from '../processes/inspect.ts';

const sleeper = { command: 'sleep', args: ['60'] };

test('a guard that closes ends what is still in its care', async () => {
  const guard = createGuard();
  const left = await startChild({ guard, ...sleeper });
  const stopped = await startChild({ guard, ...sleeper });
  await stopped.stop();
  await guard.close();
  expect([left.pid, stopped.pid].filter(isRunning)).toEqual([]);
});

test('what starts while the guard closes is ended too, or not started', async () => {
  const guard = createGuard();
  const starting = startChild({ guard, ...sleeper });
  const closing = guard.close();
  await expect(startChild({ guard, ...sleeper })).rejects.toThrow('its guard was closed');
  const { pid } = await starting;
  await closing;
  expect(isRunning(pid)).toBe(false);
});

test('a program that ignores its signal is killed', async () => {
  const guard = createGuard();
  const stubborn = await startChild({
    guard,
    command: process.execPath,
    args: ['-e', "process.on('SIGTERM', () => {}); process.stdout.write('up'); setInterval(() => {}, 1000)"],
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await new Promise((resolve) => stubborn.process.stdout?.once('data', resolve));
  expect(await stubborn.stop(100)).toEqual({ code: null, signal: 'SIGKILL' });
  await guard.close();
});
