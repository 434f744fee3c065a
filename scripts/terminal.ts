import { styleText } from 'node:util';

/** A fault of the machine or its configuration, not of the code: shown as its message alone, which says what to do. */
export class SetupError extends Error {
  override name = 'SetupError';
}

/** Runs one step of a longer work, and prints its name with the time that it took, or that it failed. */
export async function step<T>(name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    const result = await work();
    console.log(`${styleText('green', '✔')} ${name} ${styleText('dim', seconds(began))}`);
    return result;
  } catch (error) {
    console.log(`${styleText('red', '✘')} ${name} ${styleText('dim', seconds(began))}`);
    throw error;
  }
}

/**
 * Runs a command's main function and ends the process with it, whatever handles a library left behind. A failure is
 * printed, once, and becomes exit code 1.
 */
export async function runMain(main: () => Promise<void>): Promise<never> {
  try {
    await main();
  } catch (error) {
    console.error(
      `${styleText('red', 'Failed:')} ${error instanceof SetupError ? error.message : describe(error)}`,
    );
    process.exitCode = 1;
  }
  process.exit();
}

/** The seconds since `began`, a time of performance.now(), in a form to print. */
export function seconds(began: number): string {
  return `${((performance.now() - began) / 1000).toFixed(1)} s`;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
