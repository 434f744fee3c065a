/** Many graphql-ws subscribers in one process, cheap ones: run by live/fleet.ts. */
import type { FromClients, Open, ToClients } from './messages.ts';
import { severalAtATime, subscribe } from './subscriber.ts';

/** Sockets that are being opened at a time. */
const OPENING = 32;
/** Arrivals of an event are collected for this long before they are reported, milliseconds. */
const COLLECT_MS = 20;
const CURSOR = /"cursor":"([^"]+)"/;

const arrivals = new Map<string, { sockets: number; at: number }>();

process.on('message', ({ open }: ToClients) => {
  openAll(open).then(
    () => say({ opened: true }),
    (error: unknown) => say({ fault: String(error) }),
  );
});

function openAll({ url, query, conversationId, tokens, sockets }: Open): Promise<void> {
  return severalAtATime(sockets, OPENING, (index) => {
    let last = '';
    return subscribe({
      url,
      query,
      conversationId,
      token: tokens[index % tokens.length] ?? '',
      onMessage(text) {
        last = take(text, last);
      },
      onClose: (code, reason) => say({ fault: `A socket was closed: ${code} ${reason}` }),
    });
  });
}

/** Answers the cursor of the event. */
function take(text: string, last: string): string {
  const cursor = CURSOR.exec(text)?.[1];
  if (cursor === undefined || text.includes('"errors"')) {
    say({ fault: text.slice(0, 300) });
    return last;
  }
  if (cursor === last) say({ fault: `An event came twice: ${cursor}` });
  const arrival = arrivals.get(cursor);
  if (arrival === undefined) {
    arrivals.set(cursor, { sockets: 1, at: Date.now() });
    setTimeout(report, COLLECT_MS, cursor);
  } else {
    arrival.sockets += 1;
    arrival.at = Date.now();
  }
  return cursor;
}

/** Reports how many sockets got the event since the last report. */
function report(cursor: string): void {
  const arrival = arrivals.get(cursor);
  arrivals.delete(cursor);
  if (arrival !== undefined) say({ cursor, ...arrival });
}

function say(message: FromClients): void {
  process.send?.(message);
}
