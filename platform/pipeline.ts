import { DomainError } from './errors.ts';

/** What stands behind a middleware: the next one, or at last the handler. */
export type Next = () => Promise<unknown>;

/** One concern of everything that passes through a pipeline: calls that come in, calls that go out, batches of events. */
export type Step<Invocation, Parts> = (invocation: Invocation, next: Next, parts: Parts) => Promise<unknown>;

/** Runs a handler inside a pipeline, its first step outermost. */
export function runThrough<Invocation, Parts>(
  pipeline: readonly Step<Invocation, Parts>[],
  invocation: Invocation,
  parts: Parts,
  handler: Next,
): Promise<unknown> {
  const run = (index: number): Promise<unknown> => {
    const step = pipeline[index];
    return step === undefined ? handler() : step(invocation, () => run(index + 1), parts);
  };
  return run(0);
}

/** Runs a call, and reports the code that its caller gets and how many seconds it took; of cancelled calls too. */
export async function measured<Result>(
  call: () => Promise<Result>,
  report: (code: string, seconds: number) => void,
): Promise<Result> {
  const start = performance.now();
  let code = 'OK';
  try {
    return await call();
  } catch (error) {
    code = error instanceof DomainError ? error.code : 'INTERNAL';
    throw error;
  } finally {
    report(code, (performance.now() - start) / 1_000);
  }
}
