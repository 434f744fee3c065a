import type { EventMetrics } from '#observability/event-metrics.ts';
import type { Logger } from '#observability/logger.ts';
import { linkFromTraceparent, withoutTrace, withSpan, withUnsampledTrace } from '#observability/tracing.ts';
import type { OnCrashPoint } from '../event-log/crash-point.ts';
import {
  ageSeconds,
  decodeEvent,
  type EventRow,
  eventColumns,
  type LoggedEvent,
} from '../event-log/event.ts';
import { logChannel, relayChannel, topicChannel } from './channels.ts';
import type { LeaseSession, Leases } from './leases.ts';
import type { Unlisten, Wakeups } from './wakeups.ts';

export interface RelayOptions {
  domain: string;
  leases: Leases;
  wakeups: Wakeups;
  log: Logger;
  metrics: Pick<EventMetrics, 'sealed'>;
  /** Topics to wake beside the events' own: the domain's. */
  topicsOf?: ((events: readonly LoggedEvent[]) => Promise<string[]>) | undefined;
  /** How often to look for events that nobody announced. 500 where left out. */
  sweepMs?: number;
  onPoint?: OnCrashPoint | undefined;
}

/** What turns committed events into a log in order, and wakes whoever reads it. */
export interface Relay {
  /** Events were committed: called after every commit that appended some. Returns at once. */
  wake(): void;
  close(): Promise<void>;
}

/** Links a span may carry; a burst of events has more causes than anybody follows. */
const MAX_LINKS = 32;

/** Most events that one statement seals. */
const SEAL_BATCH = 500;

/**
 * The relay of a domain's log. Of all processes that host the domain, the one that holds the lease seals; the others
 * hand their wake-ups to it over Redis, and take over within about a second when it is gone. A sweep finds what no
 * wake-up announced (a process killed between commit and wake-up, Redis away).
 *
 * Wake-ups are sent after the seal, once, and never again: where that fails, or the process is killed in between,
 * followers find the events by their own slow poll, a second or so late. Nothing is lost, since they read the log.
 */
export function createRelay(options: RelayOptions): Relay {
  return new LeasedRelay(options);
}

class LeasedRelay implements Relay {
  readonly #options: RelayOptions;
  readonly #giveUpLease: () => Promise<void>;
  /** Undefined while another process holds the lease. */
  #session: LeaseSession | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #unlisten: Unlisten | undefined;
  #turn: Promise<void> | undefined;
  #woken = false;
  #failing = false;

  constructor(options: RelayOptions) {
    this.#options = options;
    this.#giveUpLease = withoutTrace(() =>
      options.leases.take('relay', {
        onHeld: (session) => this.#hold(session),
        onLost: () => this.#lose(),
      }),
    );
  }

  /** One turn at a time; a wake-up during a turn makes it look once more. */
  wake(): void {
    this.#woken = true;
    this.#turn ??= withUnsampledTrace(() => this.#work()).finally(() => {
      this.#turn = undefined;
    });
  }

  async close(): Promise<void> {
    // What was committed a moment ago is sealed before another process has to take over.
    if (this.#session !== undefined) this.wake();
    await this.#turn;
    this.#lose();
    await this.#turn;
    await this.#giveUpLease();
  }

  #hold(session: LeaseSession): void {
    const { domain, wakeups, sweepMs = 500 } = this.#options;
    this.#session = session;
    this.#unlisten = wakeups.follow(relayChannel(domain), () => this.wake());
    this.#sweep = withoutTrace(() => setInterval(() => this.wake(), sweepMs));
    this.wake();
  }

  #lose(): void {
    this.#session = undefined;
    this.#unlisten?.();
    clearInterval(this.#sweep);
  }

  async #work(): Promise<void> {
    while (this.#woken) {
      this.#woken = false;
      try {
        if (this.#session === undefined) await this.#passOn();
        else await this.#sealAll(this.#session);
        this.#failing = false;
      } catch (err) {
        // One line an outage: the sweep tries again twice a second.
        if (!this.#failing) this.#options.log.error({ err }, 'events cannot be sealed now; retrying');
        this.#failing = true;
      }
    }
  }

  /** To the holder, whose sweep comes soon where Redis is away. */
  #passOn(): Promise<void> {
    const { domain, wakeups } = this.#options;
    return wakeups.publish(relayChannel(domain), 0).catch(() => {});
  }

  async #sealAll(session: LeaseSession): Promise<void> {
    const { domain, metrics, onPoint } = this.#options;
    for (let full = true; full && this.#session === session; ) {
      const events = await sealEvents(session);
      full = events.length === SEAL_BATCH;
      if (events.length === 0) return;
      for (const event of events) metrics.sealed(domain, event.kind, ageSeconds(event));
      await onPoint?.('sealed');
      await this.#announce(events);
      await onPoint?.('woken');
    }
  }

  #announce(events: readonly LoggedEvent[]): Promise<void> {
    const { domain, wakeups, log } = this.#options;
    const links = events.slice(0, MAX_LINKS).map((event) => linkFromTraceparent(event.traceparent));
    const attributes = { 'fitme.domain': domain, 'fitme.event.count': events.length };
    return withSpan('relay events', { kind: 'producer', root: true, links, attributes }, async () => {
      const heads = new Map([[logChannel(domain), Number(events.at(-1)?.position)]]);
      for (const event of events) heads.set(topicChannel(event.topic), Number(event.seq));
      for (const topic of await this.#furtherTopics(events)) {
        if (!heads.has(topicChannel(topic))) heads.set(topicChannel(topic), 0);
      }
      const sent = await Promise.allSettled(
        [...heads].map(([channel, head]) => wakeups.publish(channel, head)),
      );
      const failed = sent.filter((result) => result.status === 'rejected');
      if (failed.length > 0) {
        const fields = { err: failed[0]?.reason, count: failed.length };
        log.warn(fields, 'wake-ups were not sent; their listeners come late');
      }
    });
  }

  async #furtherTopics(events: readonly LoggedEvent[]): Promise<string[]> {
    try {
      return (await this.#options.topicsOf?.(events)) ?? [];
    } catch (err) {
      this.#options.log.error({ err }, 'the topics of state that events change could not be read');
      return [];
    }
  }
}

/**
 * Gives committed events their position in the domain's log, in the order of their entries, in one statement on the
 * connection that holds the lease: when the lease is lost, so is the statement.
 *
 * Within a topic that is the order of seq, because a topic stays locked from append to commit: whoever sees an event sees
 * those before it. Across topics an event that was appended early and committed late comes after what was sealed
 * before its commit; so no reader ever meets a gap that fills later.
 *
 * @returns the events, in order of position
 */
export async function sealEvents(session: LeaseSession): Promise<LoggedEvent[]> {
  const { rows } = await session.query<EventRow & { epoch: string }>({ ...SEAL, values: [SEAL_BATCH] });
  return rows.map((row) => decodeEvent(row, row.epoch));
}

/**
 * Where nothing is to be sealed it reads one empty index and writes nothing, so that it may run often.
 *
 * What is unsealed up to the batch's last entry is the batch, since one statement sees one snapshot: so nothing is joined,
 * and the time it takes grows with what is to be sealed, however wrong the planner's idea of that is (statistics say of
 * a moment when all was sealed that nothing ever waits). width_bucket is the entry's place in the batch, from 1.
 */
const SEAL = {
  name: 'seal-events',
  text: `
WITH batch AS (
  SELECT array_agg(entry ORDER BY entry) AS entries
  FROM (SELECT entry FROM events WHERE position IS NULL ORDER BY entry LIMIT $1) AS unsealed
), sealed AS (
  UPDATE events SET position = log_head.position + width_bucket(events.entry, batch.entries)
  FROM batch, log_head
  WHERE events.position IS NULL AND events.entry <= batch.entries[cardinality(batch.entries)]
  RETURNING ${eventColumns('events')}
), advanced AS (
  UPDATE log_head SET position = log_head.position + (SELECT count(*) FROM sealed)
  WHERE EXISTS (SELECT FROM sealed)
)
SELECT sealed.*, (SELECT epoch FROM log_epoch) AS epoch FROM sealed ORDER BY sealed.position`,
};
