import { RedisPubSub } from 'graphql-redis-subscriptions';
import { Redis } from 'ioredis';
import type { Logger } from '#observability/logger.ts';
import { withoutTrace } from '#observability/tracing.ts';
import { DomainError } from '../errors.ts';
import { encodeWakeup, readWakeup } from './wakeup-message.ts';
import { WakeupSubscriber } from './wakeup-subscriber.ts';

/**
 * Called with the newest seq or position, 0 where the sender had none, and with the traceparent of what caused it where
 * somebody records that. Must not throw.
 */
export type WakeupListener = (head: number, traceparent?: string) => void;

/** Ends what it stands for. Further calls do nothing. */
export type Unlisten = () => void;

/**
 * Wake-ups between processes over Redis pub/sub. They are hints: one may be lost, late or doubled, and whoever needs to
 * be sure looks into the log from time to time, and whenever `onReconnect` says that there was a gap.
 */
export interface Wakeups {
  /** Rejects within 1 s where Redis is away; nothing is kept for later. */
  publish(channel: string, head: number): Promise<void>;
  /**
   * Hears a channel from when the promise resolves until `Unlisten`. However many listen, Redis sees one subscription.
   * It lasts over restarts of Redis.
   *
   * @throws DomainError UNAVAILABLE where Redis does not answer within 2 s
   */
  listen(channel: string, listener: WakeupListener): Promise<Unlisten>;
  /** The same for whoever looks into the log anyway and need not wait: begins as soon as Redis is there. */
  follow(channel: string, listener: WakeupListener): Unlisten;
  /** Called each time the connection is back and the channels are open again; what was sent meanwhile is lost. */
  onReconnect(listener: () => void): Unlisten;
  /** Whether wake-ups can arrive at this moment. */
  connected(): boolean;
  /** Channels that are open, or wanted: 0 when everybody has left. */
  channels(): number;
  close(): Promise<void>;
}

export interface WakeupsOptions {
  redisUrl: string;
  log: Logger;
}

const LISTEN_TIMEOUT_MS = 2_000;
const PUBLISH_TIMEOUT_MS = 1_000;

interface Channel {
  listeners: Set<WakeupListener>;
  /** RedisPubSub's id, once Redis has acknowledged. */
  subscription: Promise<number>;
}

/** Opens the wake-ups of one process: two connections. Returns at once; Redis may come later. */
export function createWakeups({ redisUrl, log }: WakeupsOptions): Wakeups {
  const reconnectListeners = new Set<() => void>();
  const channels = new Map<string, Channel>();
  // Connections live longer than the request during which they might be made.
  const { subscriber, publisher } = withoutTrace(() => ({
    subscriber: new WakeupSubscriber(redisUrl, log, (first) => {
      if (!first) for (const listener of reconnectListeners) safely(listener, log);
    }),
    publisher: createPublisher(redisUrl, log),
  }));
  const pubsub = new RedisPubSub({
    // The package asks for a whole client and uses what WakeupSubscriber has.
    subscriber: subscriber as unknown as Redis,
    publisher,
    serializer: encodeWakeup,
  });

  function open(name: string): Channel {
    const listeners = new Set<WakeupListener>();
    const deliver = (message: unknown) => {
      const { head, traceparent } = readWakeup(message);
      // One that throws must not starve the others: RedisPubSub would stop at it.
      for (const listener of [...listeners]) safely(() => listener(head, traceparent), log);
    };
    const channel = { listeners, subscription: pubsub.subscribe(name, deliver) };
    channels.set(name, channel);
    return channel;
  }

  function join(name: string, listener: WakeupListener): { channel: Channel; unlisten: Unlisten } {
    const channel = channels.get(name) ?? open(name);
    // The same function may be given twice; each is a listener of its own.
    const own: WakeupListener = (...told) => listener(...told);
    channel.listeners.add(own);
    const unlisten = () => {
      if (!channel.listeners.delete(own) || channel.listeners.size > 0) return;
      channels.delete(name);
      void channel.subscription.then((id) => pubsub.unsubscribe(id));
    };
    return { channel, unlisten };
  }

  return {
    publish: (name, head) => pubsub.publish(name, head),

    async listen(name, listener) {
      const { channel, unlisten } = join(name, listener);
      if (await isSettledWithin(channel.subscription, LISTEN_TIMEOUT_MS)) return unlisten;
      unlisten();
      throw new DomainError('UNAVAILABLE', 'Live updates are not available now: try again in a few seconds.');
    },

    follow: (name, listener) => join(name, listener).unlisten,

    onReconnect(listener) {
      const own = () => listener();
      reconnectListeners.add(own);
      return () => void reconnectListeners.delete(own);
    },

    connected: () => subscriber.connected,
    channels: () => channels.size,

    async close() {
      reconnectListeners.clear();
      channels.clear();
      subscriber.close();
      publisher.disconnect();
    },
  };
}

/** Fails fast: a wake-up that waits for Redis is worth nothing, since the slow poll comes first. */
function createPublisher(redisUrl: string, log: Logger): Redis {
  const publisher = new Redis(redisUrl, {
    connectionName: 'fitme-wakeups-publisher',
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: PUBLISH_TIMEOUT_MS,
    // A command that is given up leaves a connection that may have been cut off: it is made anew.
    socketTimeout: 2 * PUBLISH_TIMEOUT_MS,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
  });
  publisher.on('error', (err) => log.debug({ err }, 'Redis is away; wake-ups are not sent'));
  return publisher;
}

function safely(listener: () => void, log: Logger): void {
  try {
    listener();
  } catch (err) {
    log.error({ err }, 'a listener of wake-ups threw');
  }
}

function isSettledWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    void promise.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
