import type { Logger } from '#observability/logger.ts';

/** Remembers how to close what was opened, and closes it the other way round. */
export interface Closer {
  /** Adds something that is open now. */
  add(name: string, close: () => unknown): void;
  /** Closes all, the last opened first. One that fails is logged, and does not keep the others open. */
  close(): Promise<void>;
}

/** Makes a closer; the second `close` waits for the first. */
export function createCloser(log: Logger): Closer {
  const opened: { name: string; close: () => unknown }[] = [];
  let closing: Promise<void> | undefined;

  async function closeAll(): Promise<void> {
    for (const { name, close } of opened.reverse()) {
      try {
        await close();
      } catch (err) {
        log.error({ part: name, err }, 'a part did not close');
      }
    }
  }

  return {
    add: (name, close) => void opened.push({ name, close }),
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
