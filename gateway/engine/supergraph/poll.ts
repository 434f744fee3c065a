import { setTimeout as wait } from 'node:timers/promises';
import { withoutTrace } from '#observability/tracing.ts';

/** By how much a period is shortened or lengthened: replicas that started together do not look together for long. */
const JITTER = 0.2;

/** Calls `look` again and again, `periodMs` after the last one ended or as soon as `wake` is called, until `close`. */
export function poll(look: () => Promise<void>, periodMs: number): { wake(): void; close(): void } {
  const closing = new AbortController();
  let waiting = new AbortController();
  let isWoken = false;

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      if (!isWoken) {
        waiting = new AbortController();
        const signal = AbortSignal.any([closing.signal, waiting.signal]);
        const ms = periodMs * (1 - JITTER + 2 * JITTER * Math.random());
        await wait(ms, undefined, { signal, ref: false }).catch(() => {});
      }
      isWoken = false;
      if (!closing.signal.aborted) await look();
    }
  }

  // It lasts as long as the process, and is no part of the trace of whatever began it.
  void withoutTrace(run);
  return {
    wake() {
      isWoken = true;
      waiting.abort();
    },
    close: () => closing.abort(),
  };
}
