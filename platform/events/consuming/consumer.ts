import { withoutTrace } from '#observability/tracing.ts';
import { DomainError } from '../../errors.ts';
import { logChannel } from '../channels.ts';
import type { Leases } from '../leases.ts';
import { createPump, type Pump } from '../pump.ts';
import type { Wakeups } from '../wakeups.ts';
import { AppliedLog, type AppliedLogOptions } from './applied-log.ts';
import type { ConsumerDefinition } from './definition.ts';

export interface ConsumerOptions<Client, Loaded> extends AppliedLogOptions<Client, Loaded> {
  wakeups: Pick<Wakeups, 'follow' | 'onReconnect'>;
  leases: Leases;
  /** How often to look without a wake-up, milliseconds. The definition's where left out. */
  pollMs?: number;
}

export interface Consumer {
  /** Has the log read now. */
  wake(): void;
  close(): Promise<void>;
}

const DEFAULT_POLL_MS = 1_000;

/**
 * Applies another domain's events to this one, each exactly once and in the order of that domain's log.
 *
 * - Position and effects are one transaction, and the position only moves from where the batch was read. Killed at any
 *   moment, it continues where the last commit left it; an instance that lost its lease unknowingly commits nothing.
 * - One process works at a time (a lease); the others stand by.
 * - An event that cannot be applied stops the consumer there, with errors in the log (at tries 1, 2, 4, 8 ...), tried again
 *   for ever, after 0.1 s up to 1 s: to pass it over would lose it and break the order. What stood before it in the
 *   batch is applied. The way out is a fix of the code, or of the data that it stumbles over.
 * - Where the log's history was lost, or its oldest events dropped before they were applied, this is an error in the
 *   log, and the consumer continues with the oldest event kept. After a lost history that means that events may be
 *   applied that were applied before: effects should be such that this does no harm (set, not add). A consumer that can
 *   resynchronise takes the other domain's present state instead, and continues behind it.
 */
export function createConsumer<Client, Loaded>(options: ConsumerOptions<Client, Loaded>): Consumer {
  return new LeasedConsumer(options);
}

class LeasedConsumer<Client, Loaded> implements Consumer {
  readonly #options: ConsumerOptions<Client, Loaded>;
  readonly #definition: ConsumerDefinition<Client, Loaded>;
  readonly #closing = new AbortController();
  readonly #applied: AppliedLog<Client, Loaded>;
  readonly #giveUpLease: () => Promise<void>;
  /** Undefined while another process holds the lease. */
  #pump: Pump | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: ConsumerOptions<Client, Loaded>) {
    this.#options = options;
    this.#definition = options.definition;
    this.#applied = new AppliedLog(options, this.#closing.signal);
    this.#giveUpLease = withoutTrace(() =>
      options.leases.take(`consumer.${options.definition.name}`, {
        onHeld: () => this.#start(),
        onLost: () => this.#stop(),
      }),
    );
  }

  wake(): void {
    this.#pump?.wake();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#stop();
    await this.#stopping;
    await this.#giveUpLease();
  }

  #start(): void {
    const { wakeups, pollMs = this.#definition.pollMs ?? DEFAULT_POLL_MS } = this.#options;
    this.#applied.forgetPlace();
    const previous = this.#stopping;
    const pump = createPump({
      turn: async () => {
        await previous;
        return this.#applied.applyNext();
      },
      pollMs,
      backoff: { firstMs: 100, maxMs: 1_000 },
      onFailure: (error, attempt) => this.#logFailure(error, attempt),
    });
    const unlisten = [
      wakeups.follow(logChannel(this.#definition.from), (head) => {
        if (head === 0 || head > (this.#applied.position ?? 0)) pump.wake();
      }),
      wakeups.onReconnect(pump.wake),
    ];
    this.#pump = {
      wake: pump.wake,
      async close() {
        for (const end of unlisten) end();
        await pump.close();
      },
    };
  }

  #stop(): void {
    // Stopped already, by a lost lease: the turn that was under way then is still waited for.
    if (this.#pump === undefined) return;
    const { domain, metrics } = this.#options;
    // The turn under way measures once more how far it came.
    this.#stopping = this.#pump.close().finally(() => metrics.behind(domain, this.#definition.name, null));
    this.#pump = undefined;
  }

  /** One line at every doubling, so that neither an outage nor a bad event floods the log. */
  #logFailure(err: unknown, attempt: number): void {
    if (!Number.isInteger(Math.log2(attempt))) return;
    const fields = { consumer: this.#definition.name, err, count: attempt };
    this.#options.log[isAway(err) ? 'warn' : 'error'](fields, 'events cannot be applied now; retrying');
  }
}

/** The other domain is down or restarting, which is no fault of an event. */
function isAway(error: unknown): boolean {
  return error instanceof DomainError && (error.code === 'UNAVAILABLE' || error.code === 'DEADLINE_EXCEEDED');
}
