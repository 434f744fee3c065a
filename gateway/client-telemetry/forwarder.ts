import { Agent } from 'undici';
import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import { withUnsampledTrace } from '#observability/tracing.ts';
import type { Signal } from './stamp.ts';

/** A request for the collector. */
export interface Parcel {
  signal: Signal;
  contentType: string;
  body: Buffer;
}

/** Hands telemetry on to a collector. Nobody waits for it: what it does not take is dropped and counted. */
export interface Forwarder {
  /** False where it was dropped, because too many wait. */
  take(parcel: Parcel): boolean;
  /** Sends what waits, for so long at most. */
  close(deadlineMs: number): Promise<void>;
}

const SEND_TIMEOUT_MS = 5_000;
const CONNECTIONS = 4;

export function createForwarder(options: {
  collectorUrl: string;
  /** Parcels that may wait. */
  queue: number;
  metrics: Metrics;
  log: Logger;
}): Forwarder {
  const { collectorUrl, queue, metrics, log } = options;
  const { origin, pathname } = new URL(collectorUrl);
  const base = pathname.replace(/\/+$/, '');
  const agent = new Agent({
    connections: CONNECTIONS,
    headersTimeout: SEND_TIMEOUT_MS,
    bodyTimeout: SEND_TIMEOUT_MS,
  });
  let waiting = 0;
  let isAway = false;

  async function send({ signal, contentType, body }: Parcel): Promise<void> {
    try {
      const { statusCode, body: answer } = await agent.request({
        origin,
        path: `${base}/v1/${signal}`,
        method: 'POST',
        headers: { 'content-type': contentType },
        body,
      });
      await answer.dump();
      if (statusCode >= 300) throw new Error(`the collector answered ${statusCode}`);
      metrics.clientTelemetry(signal, 'forwarded');
      isAway = false;
    } catch (err) {
      metrics.clientTelemetry(signal, 'dropped');
      // Said once an outage: clients send all the time.
      if (!isAway) log.warn({ err }, 'telemetry of clients is dropped: the collector does not take it');
      isAway = true;
    }
  }

  return {
    take(parcel) {
      if (waiting >= queue) {
        metrics.clientTelemetry(parcel.signal, 'dropped');
        return false;
      }
      waiting += 1;
      void withUnsampledTrace(() => send(parcel)).finally(() => {
        waiting -= 1;
      });
      return true;
    },
    async close(deadlineMs) {
      const late = setTimeout(() => void agent.destroy(), deadlineMs);
      await agent.close();
      clearTimeout(late);
    },
  };
}
