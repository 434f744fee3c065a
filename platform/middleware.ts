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
