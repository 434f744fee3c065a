/** Counts who is here, by keys of any kind, against limits. */
export interface Occupancy {
  /**
   * Takes a place. Answers what leaves it, or null where there is none left.
   *
   * @param limit most places of this key
   */
  enter(key: string, limit: number): Promise<Leave | null>;
  /** Leaves all places. */
  close(): Promise<void>;
}

/** Further calls do nothing. */
export type Leave = () => void;

/** Places of this process alone. */
export interface LocalPlaces {
  /** Takes a place, whatever the limit. Answers how many of the key are taken now. */
  take(key: string): number;
  /** Answers how many are left. */
  leave(key: string): number;
  countOf(key: string): number;
  keys(): string[];
}

/** Makes the places of a process. */
export function createLocalPlaces(): LocalPlaces {
  const counts = new Map<string, number>();
  const countOf = (key: string) => counts.get(key) ?? 0;
  return {
    take(key) {
      counts.set(key, countOf(key) + 1);
      return countOf(key);
    },
    leave(key) {
      const left = countOf(key) - 1;
      if (left > 0) counts.set(key, left);
      else counts.delete(key);
      return left;
    },
    countOf,
    keys: () => [...counts.keys()],
  };
}

/** Counts in this process alone. */
export function createMemoryOccupancy(): Occupancy {
  const places = createLocalPlaces();
  return {
    async enter(key, limit) {
      if (places.countOf(key) >= limit) return null;
      places.take(key);
      return once(() => places.leave(key));
    },
    close: async () => {},
  };
}

/** Lets a function run but once. */
export function once(leave: () => void): Leave {
  let isOver = false;
  return () => {
    if (isOver) return;
    isOver = true;
    leave();
  };
}
