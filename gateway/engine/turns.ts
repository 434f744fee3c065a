/** Turns of the event loop, of which each lets in one piece of work: what others wait for comes in between. */
export interface Turns {
  /** Resolves for work that is new, in the order in which it came. */
  begin(): Promise<void>;
  /** Resolves for work that has begun, before any that is new. */
  proceed(): Promise<void>;
}

/** Makes turns that are shared by all who ask for one. */
export function createTurns(): Turns {
  const begun: (() => void)[] = [];
  const fresh: (() => void)[] = [];

  function next(): void {
    const letIn = begun.shift() ?? fresh.shift();
    if (begun.length + fresh.length > 0) setImmediate(next);
    letIn?.();
  }

  const waitIn = (queue: (() => void)[]) =>
    new Promise<void>((resolve) => {
      if (begun.length + fresh.length === 0) setImmediate(next);
      queue.push(resolve);
    });

  return { begin: () => waitIn(fresh), proceed: () => waitIn(begun) };
}
