/** A program that was started for others to connect to. */
export interface Service {
  readonly url: string;
  close(): Promise<void>;
}
