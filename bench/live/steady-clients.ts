/** Subscribers of many topics in one process, which keep count: run by live/steady.ts. */
import type { FromSteadyClients, OpenMany, Tally, ToSteadyClients } from './messages.ts';
import { severalAtATime, subscribe } from './subscriber.ts';

const OPENING = 32;
const SLOWEST_MS = 10_000;
const CURSOR = /"cursor":"([^"]+)"/;
const APPENDED_AT = /"occurredAt":"([^"]+)"/;

let tally = newTally();

process.on('message', (message: ToSteadyClients) => {
  if (message === 'begin') tally = newTally();
  else if (message === 'report') say({ tally });
  else
    openAll(message.open).then(
      () => say({ opened: true }),
      (error: unknown) => say({ fault: String(error) }),
    );
});

function openAll({ url, tokens, query, conversationIds }: OpenMany): Promise<void> {
  return severalAtATime(conversationIds.length, OPENING, (index) => {
    let last = 0;
    return subscribe({
      url,
      query,
      conversationId: conversationIds[index] ?? '',
      token: tokens[index % tokens.length] ?? '',
      onMessage(text) {
        last = count(text, last);
      },
      onClose: (code, reason) => say({ fault: `A socket was closed: ${code} ${reason}` }),
    });
  });
}

/** Answers the seq of the event. */
function count(text: string, last: number): number {
  const cursor = CURSOR.exec(text)?.[1];
  const appendedAt = APPENDED_AT.exec(text)?.[1];
  if (cursor === undefined || appendedAt === undefined) {
    say({ fault: text.slice(0, 300) });
    return last;
  }
  const [, , seq] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as [string, string, number];
  const delay = Math.min(SLOWEST_MS, Math.max(0, Date.now() - Date.parse(appendedAt)));
  tally.delays[delay] = (tally.delays[delay] ?? 0) + 1;
  tally.received += 1;
  if (last > 0 && seq > last + 1) tally.lost += seq - last - 1;
  if (seq <= last) tally.twice += 1;
  return Math.max(seq, last);
}

function newTally(): Tally & { received: number; lost: number; twice: number; delays: number[] } {
  return { received: 0, lost: 0, twice: 0, delays: Array.from({ length: SLOWEST_MS + 1 }, () => 0) };
}

function say(message: FromSteadyClients): void {
  process.send?.(message);
}
