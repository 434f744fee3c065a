/** Takes supergraphs one after the other. */
export interface Updates {
  /** Takes one as soon as the one before it is done; of those that come meanwhile only the last. */
  offer(sdl: string): void;
}

/**
 * Puts supergraphs in a row, since taking one takes a while. One that is no other than the last is passed over, whether
 * that was taken or refused: a source may bring the same twice.
 */
export function createUpdates(first: string, take: (sdl: string) => Promise<void>): Updates {
  let last = first;
  let waiting: string | undefined;
  let isBusy = false;

  async function work(): Promise<void> {
    isBusy = true;
    while (waiting !== undefined) {
      const sdl = waiting;
      waiting = undefined;
      if (sdl === last) continue;
      last = sdl;
      await take(sdl);
    }
    isBusy = false;
  }

  return {
    offer(sdl) {
      waiting = sdl;
      if (!isBusy) void work();
    },
  };
}
