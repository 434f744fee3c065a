/**
 * An async generator that waits cannot be told to return: the call queues behind the wait. This one first calls `end`,
 * which is to abort what is waited for and to release what is held, even if the iteration never began. `end` is called
 * once, whoever ends it.
 */
export function cancellable<From, To>(
  source: AsyncGenerator<From, void, void>,
  end: () => void,
  map: (item: From) => To,
): AsyncGenerator<To, void, void> {
  const done = { done: true as const, value: undefined };
  let isEnded = false;
  const endOnce = () => {
    if (isEnded) return;
    isEnded = true;
    end();
  };
  return {
    async next() {
      try {
        const item = await source.next();
        if (!item.done) return { done: false, value: map(item.value) };
      } catch (error) {
        if (isEnded) return done;
        endOnce();
        throw error;
      }
      endOnce();
      return done;
    },
    async return() {
      endOnce();
      // What the abort throws is no news to whoever asked for the end.
      await source.return().catch(() => {});
      return done;
    },
    async throw(error) {
      endOnce();
      throw error;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return();
    },
  };
}
