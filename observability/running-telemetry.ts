import type { ReadMetrics } from './metric-export.ts';

/** Telemetry that runs in this process, as far as the process has to know it. */
export interface Telemetry {
  /**
   * Exports what is still buffered and stops.
   *
   * @param deadlineMs the longest wait; what could not be sent by then is lost
   */
  shutdown(deadlineMs: number): Promise<void>;
  /** Sends the process's metrics as well; absent where they are only scraped. */
  exportMetrics?(read: ReadMetrics): void;
  /** Sends a log line as well; absent where lines only go to standard output. */
  exportLog?(line: string): void;
}

let running: Telemetry | undefined;

/** Called once by register.ts, so that the program, which loads later, can use and end what it did not start. */
export function keepForShutdown(telemetry: Telemetry): void {
  running = telemetry;
}

/** Holds the telemetry that runs in this process; undefined where it is off. */
export function runningTelemetry(): Telemetry | undefined {
  return running;
}

/**
 * The last step of a process's shutdown, after its servers have closed: flushes what is buffered. It never throws, and
 * does nothing when telemetry is off or was shut down already.
 *
 * @param deadlineMs the longest wait in ms; a collector that is down must not keep the process alive
 */
export async function shutdownTelemetry(deadlineMs = 2_000): Promise<void> {
  const telemetry = running;
  running = undefined;
  await telemetry?.shutdown(deadlineMs);
}
