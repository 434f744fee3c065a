import { setTimeout as pause } from 'node:timers/promises';
import type { ReadPage } from './source.ts';

/** What is known of a topic by whoever reads it. */
export interface Known {
  epoch: string;
  /** The newest event that somebody told of. */
  seq: number;
}

/** How long what is committed may be out of sight, milliseconds: behind a replica that lags, for one. */
const SETTLES_WITHIN_MS = 100;
const FIRST_PAUSE_MS = 5;

/**
 * Reads what stands behind a seq, and again for a moment while the answer is behind what is known, or does not begin
 * with the next event. In the end the answer is taken as it is: what it lacks is no longer kept, or was never there.
 *
 * @throws the signal's reason
 */
export async function readSettled(
  read: () => Promise<ReadPage>,
  { afterSeq, known, signal }: { afterSeq: number; known(): Known; signal: AbortSignal },
): Promise<ReadPage> {
  let until: number | undefined;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs *= 2) {
    const page = unbroken(await read(), afterSeq);
    // Of the first answer on, however long it took: it is asked for once more at least.
    until ??= performance.now() + SETTLES_WITHIN_MS;
    const left = until - performance.now();
    if (left <= 0 || isSettled(page, afterSeq, known())) return page;
    await pause(Math.min(pauseMs, left), undefined, { signal });
  }
}

function isSettled({ events, head }: ReadPage, afterSeq: number, known: Known): boolean {
  if (head.epoch !== known.epoch) return true;
  if (head.seq < known.seq) return false;
  return head.seq <= afterSeq || events[0]?.seq === afterSeq + 1;
}

/** The page up to the first seq that is missing behind its beginning. */
function unbroken({ events, head }: ReadPage, afterSeq: number): ReadPage {
  const first = events[0]?.seq ?? afterSeq + 1;
  const hole = events.findIndex(({ seq }, index) => seq !== first + index);
  return { events: hole === -1 ? events : events.slice(0, hole), head };
}
