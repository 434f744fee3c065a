/**
 * The moments around an event at which the death of a process must do no harm, in the order in which an event passes
 * them: in its owner up to "woken", then in a consumer.
 */
export type CrashPoint =
  | 'before-commit'
  | 'committed'
  | 'sealed'
  | 'woken'
  | 'read'
  | 'loaded'
  | 'applied'
  | 'consumed';

/** Told of each moment, and waited for. Given by tests alone (tests/crash), which end the process there. */
export type OnCrashPoint = (point: CrashPoint) => void | Promise<void>;
