/** Takes from shared counts. */
export interface Counter {
  /**
   * Takes of all counts, or of none where one has too little left: then the answer says when it will have. `taken` holds
   * what was taken of each, which may be more than was needed.
   *
   * @throws where the counts cannot be had
   */
  take(wanted: readonly Wanted[]): Taken | Promise<Taken>;
}

export interface Wanted {
  /** Of the count. */
  key: string;
  /** At least so many. */
  needed: number;
  limit: number;
  windowMs: number;
}

export type Taken = { taken: readonly number[] } | { lacking: number; retryAfterMs: number };

/**
 * What is taken at once of what is left: the next ones are counted without asking. It shrinks with what is left, so that
 * the last ones are counted one by one.
 */
export const SHARE = 0.05;
