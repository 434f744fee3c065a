import type { RunError } from '../execution/run.ts';
import type { ResponsePath } from '../execution/walk.ts';

/** How an answer's later parts are announced before they are there. */
export interface PendingPart {
  /** Once an answer. */
  id: string;
  /** The path of the object that it adds to. */
  path: ResponsePath;
  label: string | undefined;
}

/** A part that is there. */
export interface FinishedPart extends PendingPart {
  /** JSON; 'null' where the part as a whole could not be had. */
  data: string;
  errors: readonly RunError[];
}

/** Parts that are there at one time. */
export interface FinishedParts {
  finished: readonly FinishedPart[];
  /** The parts that stand in them, which come later still. */
  pending: readonly PendingPart[];
  hasNext: boolean;
}

/** The parts that follow an operation's first answer. */
export interface Rest {
  pending: readonly PendingPart[];
  /** Read once, as fast as the client takes them. */
  parts: AsyncIterable<FinishedParts>;
}
