import { withoutTrace } from '#observability/tracing.ts';

/** A connection whose client is asked from time to time whether it is there. */
export interface Pinged {
  ping(): void;
  /** It answered nothing. */
  drop(): void;
  /** Since when nothing runs over it, milliseconds since 1970; null while something does. */
  idleSince(): number | null;
  /** Nothing ran over it for too long. */
  closeIdle(): void;
}

/** Asks all connections, a few at a time: so many timers would cost more than what they do. */
export interface Heartbeat {
  add(connection: Pinged): HeartbeatEntry;
}

export interface HeartbeatEntry {
  /** The client showed that it is there. */
  answered(): void;
  remove(): void;
}

export interface HeartbeatOptions {
  /** How often a client is asked, milliseconds; one that does not answer in that time is dropped. */
  pingMs: number;
  /** How long a connection may run nothing, milliseconds. */
  idleMs: number;
  now(): number;
}

/** Into how many parts a period falls. */
const PARTS = 64;

/** Makes the heartbeat of a door. Its timer runs while there are connections. */
export function createHeartbeat({ pingMs, idleMs, now }: HeartbeatOptions): Heartbeat {
  const parts = Array.from({ length: PARTS }, () => new Set<Entry>());
  let count = 0;
  let turn = 0;
  let timer: NodeJS.Timeout | undefined;

  function beat(): void {
    turn = (turn + 1) % PARTS;
    for (const entry of parts[turn] ?? []) ask(entry);
  }

  function ask(entry: Entry): void {
    const { connection, isAlive } = entry;
    const idleSince = connection.idleSince();
    if (!isAlive) connection.drop();
    else if (idleSince !== null && now() - idleSince > idleMs) connection.closeIdle();
    else {
      entry.isAlive = false;
      connection.ping();
    }
  }

  return {
    add(connection) {
      const entry: Entry = { connection, isAlive: true };
      // The part whose turn was last: its next one comes a whole period from now.
      const part = parts[turn];
      part?.add(entry);
      count += 1;
      timer ??= withoutTrace(() => setInterval(beat, pingMs / PARTS));
      return {
        answered() {
          entry.isAlive = true;
        },
        remove() {
          if (part?.delete(entry) !== true) return;
          count -= 1;
          if (count > 0) return;
          clearInterval(timer);
          timer = undefined;
        },
      };
    },
  };
}

interface Entry {
  connection: Pinged;
  isAlive: boolean;
}
