/** Where supergraphs come from. */
export interface SupergraphSource {
  /** How to call it in a log line: no credentials. */
  name: string;
  /**
   * The one that is there now.
   *
   * @throws where it cannot be had
   */
  read(): Promise<string>;
  /** Calls with what is there whenever that may have changed, perhaps with the same twice. Called once. */
  follow(listener: SourceListener): void;
  close(): void;
}

export interface SourceListener {
  found(sdl: string): void;
  /** A look failed: what was there stays. */
  unavailable(error: unknown): void;
}
