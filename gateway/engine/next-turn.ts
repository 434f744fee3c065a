/**
 * Lets in one caller a turn of the event loop, in the order in which they came: what many clients ask for at once is done
 * in as many turns, and what others wait for comes in between.
 */
export function createNextTurn(): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return last;
  };
}
