import type { EventMetrics } from '#observability/event-metrics.ts';
import type { Logger } from '#observability/logger.ts';
import { linkFromTraceparent, withoutTrace, withSpan, withUnsampledTrace } from '#observability/tracing.ts';
import type { OnCrashPoint } from '../event-log/crash-point.ts';
import { ageSeconds, type LoggedEvent } from '../event-log/event.ts';
import { logChannel, relayChannel, topicChannel } from './channels.ts';
import type { LeaseSession, Leases } from './leases.ts';
import { SEAL_BATCH, sealEvents } from './seal.ts';
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

/** What turns committed events into a log in order, and tells the world. */
export interface Relay {
  /** Events were committed: called after every commit that appended some. Returns at once. */
  wake(): void;
  close(): Promise<void>;
}

/** Links a span may carry; a burst of events has more causes than anybody follows. */
const MAX_LINKS = 32;

/**
 * The relay of a domain's log. Of all processes that host the domain, the one that holds the lease seals; the others
 * hand their wake-ups to it over Redis, and take over within about a second when it is gone. A sweep finds what no
 * wake-up announced (a process killed between commit and wake-up, Redis away).
 *
 * Wake-ups are sent after the seal, once, and never again: where that fails, or the process is killed in between,
 * followers find the events by their own slow poll, a second or so late. Nothing is lost, since they read the log.
 */
export function createRelay(options: RelayOptions): Relay {
  const { domain, leases, wakeups, log, metrics, topicsOf, sweepMs = 500, onPoint } = options;
  let session: LeaseSession | undefined;
  let sweep: NodeJS.Timeout | undefined;
  let unlisten: Unlisten | undefined;
  let turn: Promise<void> | undefined;
  let again = false;
  let failing = false;

  /** One turn at a time; a wake-up during a turn makes it look once more. */
  function run(): void {
    again = true;
    turn ??= withUnsampledTrace(work).finally(() => {
      turn = undefined;
    });
  }

  async function work(): Promise<void> {
    while (again) {
      again = false;
      try {
        if (session === undefined) await passOn();
        else await sealAll(session);
        failing = false;
      } catch (err) {
        // Said once; the sweep tries again twice a second.
        if (!failing) log.error({ err }, 'events cannot be sealed now; trying on');
        failing = true;
      }
    }
  }

  /** To the holder, whose sweep comes soon where Redis is away. */
  function passOn(): Promise<void> {
    return wakeups.publish(relayChannel(domain), 0).catch(() => {});
  }

  async function sealAll(holding: LeaseSession): Promise<void> {
    for (let full = true; full && session === holding; ) {
      const events = await sealEvents(holding);
      full = events.length === SEAL_BATCH;
      if (events.length === 0) return;
      for (const event of events) metrics.sealed(domain, event.kind, ageSeconds(event));
      await onPoint?.('sealed');
      await announce(events);
      await onPoint?.('woken');
    }
  }

  function announce(events: readonly LoggedEvent[]): Promise<void> {
    const links = events.slice(0, MAX_LINKS).map((event) => linkFromTraceparent(event.traceparent));
    const attributes = { 'fitme.domain': domain, 'fitme.event.count': events.length };
    return withSpan('relay events', { kind: 'producer', root: true, links, attributes }, async () => {
      const heads = new Map([[logChannel(domain), Number(events.at(-1)?.position)]]);
      for (const event of events) heads.set(topicChannel(event.topic), Number(event.seq));
      for (const topic of await furtherTopics(events)) {
        if (!heads.has(topicChannel(topic))) heads.set(topicChannel(topic), 0);
      }
      const sent = await Promise.allSettled(
        [...heads].map(([channel, head]) => wakeups.publish(channel, head)),
      );
      const failed = sent.filter((result) => result.status === 'rejected');
      if (failed.length > 0) {
        log.warn(
          { err: failed[0]?.reason, count: failed.length },
          'wake-ups were not sent; their listeners come late',
        );
      }
    });
  }

  async function furtherTopics(events: readonly LoggedEvent[]): Promise<string[]> {
    try {
      return (await topicsOf?.(events)) ?? [];
    } catch (err) {
      log.error({ err }, 'the topics of state that events change could not be told');
      return [];
    }
  }

  function hold(held: LeaseSession): void {
    session = held;
    unlisten = wakeups.follow(relayChannel(domain), run);
    sweep = withoutTrace(() => setInterval(run, sweepMs));
    run();
  }

  function lose(): void {
    session = undefined;
    unlisten?.();
    clearInterval(sweep);
  }

  const giveUp = withoutTrace(() => leases.take('relay', { onHeld: hold, onLost: lose }));
  return {
    wake: run,
    async close() {
      // What was committed a moment ago is sealed before another process has to take over.
      if (session !== undefined) run();
      await turn;
      lose();
      await turn;
      await giveUp();
    },
  };
}
