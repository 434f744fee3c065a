import type { Writable } from 'node:stream';

/** A client takes its results from it. */
export type Outlet = Pick<Writable, 'writableNeedDrain' | 'destroyed' | 'on' | 'off'>;

/** Resolves once a stream takes more; rejects when the signal aborts. A stream that is gone takes everything. */
export function untilDrained(stream: Outlet, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.reject(signal.reason);
  if (!stream.writableNeedDrain || stream.destroyed) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = (then: () => void) => () => {
      stream.off('drain', onDrain);
      stream.off('close', onDrain);
      signal.removeEventListener('abort', onAbort);
      then();
    };
    const onDrain = settle(resolve);
    const onAbort = settle(() => reject(signal.reason));
    stream.on('drain', onDrain);
    stream.on('close', onDrain);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
