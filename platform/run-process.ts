import { shutdownTelemetry } from '#observability/running-telemetry.ts';
import { ConfigError } from './config.ts';

/** What a process's main file starts. */
interface Running {
  /** How long a close may take before the process exits by force, milliseconds. */
  shutdownTimeoutMs: number;
  close(): Promise<void>;
}

/** The least that telemetry has to send what is buffered, milliseconds. */
const FLUSH_MS = 2_000;

/**
 * Runs a process until SIGTERM or SIGINT: then closes it, flushes telemetry and exits. A process that cannot start
 * says why on standard error, and exits with 1.
 */
export async function runProcess(start: () => Promise<Running>): Promise<void> {
  let running: Running;
  try {
    running = await start();
  } catch (error) {
    process.stderr.write(`${error instanceof ConfigError ? error.message : stackOf(error)}\n`);
    await shutdownTelemetry();
    process.exit(1);
  }
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), running.shutdownTimeoutMs).unref();
    await running.close();
    await shutdownTelemetry(Math.max(FLUSH_MS, running.shutdownTimeoutMs / 2));
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
