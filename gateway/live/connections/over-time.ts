import { setTimeout as pause } from 'node:timers/promises';

/** How often some have their turn, milliseconds. */
const STEP_MS = 20;

/**
 * Does something to each, in no order, evenly over a time: what all do at once is a burst of load.
 *
 * @throws the signal's reason
 */
export async function overTime<Item>(
  items: Iterable<Item>,
  spreadMs: number,
  { signal, each }: { signal: AbortSignal; each(item: Item): void },
): Promise<void> {
  const left = shuffled([...items]);
  const atOnce = Math.max(1, Math.ceil((left.length * STEP_MS) / Math.max(spreadMs, STEP_MS)));
  while (left.length > 0) {
    if (spreadMs > 0) await pause(STEP_MS, undefined, { signal });
    for (const item of left.splice(-atOnce)) each(item);
  }
}

function shuffled<Item>(items: Item[]): Item[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [items[last], items[other]] = [items[other] as Item, items[last] as Item];
  }
  return items;
}
