import type { RunError } from '../execution/run.ts';

/** The result of an event. */
export interface CompletedEvent {
  /** JSON. */
  data: string;
  errors: readonly RunError[];
}
