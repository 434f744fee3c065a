import { Redis } from 'ioredis';
import type { Logger } from '#observability/logger.ts';

/** How often Redis is asked whether it is there, and how long it may take to answer, milliseconds. */
const HEARTBEAT_MS = 2_000;

/** A refused SUBSCRIBE (an access list, a loading server) is asked for again after this time. */
const RETRY_MS = 1_000;

type Acknowledge = (error: null) => void;

/**
 * The subscribing side of RedisPubSub, as that package needs it and made safe for it: a SUBSCRIBE never fails but waits
 * for as long as Redis is away (graphql-redis-subscriptions turns a failed one into an unhandled rejection, which ends
 * the process), and an UNSUBSCRIBE never rejects.
 *
 * What is wanted is kept here and subscribed on every new connection, rather than by ioredis, so that `onReady` is called
 * when the channels are really open again.
 */
export class WakeupSubscriber {
  readonly #redis: Redis;
  readonly #log: Logger;
  readonly #onReady: (first: boolean) => void;
  readonly #wanted = new Map<string, Acknowledge | null>();
  #first = true;
  #retry: NodeJS.Timeout | undefined;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(redisUrl: string, log: Logger, onReady: (first: boolean) => void) {
    this.#log = log;
    this.#onReady = onReady;
    this.#redis = new Redis(redisUrl, {
      connectionName: 'fitme-wakeups',
      // Its INFO would be refused on a connection in subscriber mode.
      enableReadyCheck: false,
      autoResubscribe: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: null,
      // Of a connection that was cut off without a word, nobody would learn otherwise: a subscriber only listens.
      socketTimeout: HEARTBEAT_MS,
      retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
    });
    this.#redis.on('error', (err) => log.debug({ err }, 'Redis is away; wake-ups will come late'));
    this.#redis.on('ready', () => void this.#open([...this.#wanted.keys()], true));
    this.#heartbeat = setInterval(() => this.#askWhetherThere(), HEARTBEAT_MS);
  }

  /** Whether messages can arrive at this moment. */
  get connected(): boolean {
    return this.#redis.status === 'ready';
  }

  on(event: string, listener: (...args: never[]) => void): this {
    this.#redis.on(event, listener as (...args: unknown[]) => void);
    return this;
  }

  /** Calls `acknowledge` once messages of the channel arrive, however long that takes. */
  subscribe(channel: string, acknowledge: Acknowledge): void {
    this.#wanted.set(channel, acknowledge);
    if (this.connected) void this.#open([channel], false);
  }

  unsubscribe(channel: string): void {
    this.#wanted.delete(channel);
    if (this.connected) this.#redis.unsubscribe(channel).catch(() => {});
  }

  /** RedisPubSub does not keep apart patterns from channels when it unsubscribes; there are no patterns here. */
  punsubscribe(): void {}

  close(): void {
    clearTimeout(this.#retry);
    clearInterval(this.#heartbeat);
    this.#redis.removeAllListeners('ready');
    this.#redis.disconnect();
  }

  /** What does not answer is disconnected, and made anew. */
  #askWhetherThere(): void {
    if (this.connected) this.#redis.ping().catch(() => {});
  }

  async #open(channels: readonly string[], connection: boolean): Promise<void> {
    try {
      if (channels.length > 0) await this.#redis.subscribe(...channels);
    } catch (err) {
      // A lost connection opens all of them again when it is back; a refusal does not.
      if (this.connected) this.#openLater(err, connection);
      return;
    }
    for (const channel of channels) {
      const acknowledge = this.#wanted.get(channel);
      if (acknowledge === undefined || acknowledge === null) continue;
      this.#wanted.set(channel, null);
      acknowledge(null);
    }
    if (!connection) return;
    this.#onReady(this.#first);
    this.#first = false;
  }

  #openLater(err: unknown, connection: boolean): void {
    this.#log.warn({ err }, 'Redis refused a subscription; trying again in a second');
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => void this.#open([...this.#wanted.keys()], connection), RETRY_MS);
  }
}
