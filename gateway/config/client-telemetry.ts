import { integer, url } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** Bounds the telemetry that browsers and phones may send, and says where it goes. */
export interface ClientTelemetryConfig {
  /** URL of a collector that takes OTLP over HTTP. */
  collectorUrl: string;
  /** Bounds one request, as sent and when unpacked. */
  maxBytes: number;
  /** Bounds the requests of one viewer, and of one address. */
  requestsPerMinute: number;
  /** Requests that may wait for the collector. */
  queue: number;
}

export const CLIENT_TELEMETRY_VARIABLES = {
  CLIENT_TELEMETRY_URL: url('http', 'https').optional(),
  CLIENT_TELEMETRY_MAX_BYTES: integer(1, 16 * 1024 * 1024).default(512 * 1024),
  CLIENT_TELEMETRY_PER_MINUTE: integer(1, 1_000_000).default(120),
  CLIENT_TELEMETRY_QUEUE: integer(1, 100_000).default(200),
};

/** Null where no collector is named: then there is no such door. */
export function clientTelemetryOf(
  variables: VariablesOf<typeof CLIENT_TELEMETRY_VARIABLES>,
): ClientTelemetryConfig | null {
  const { CLIENT_TELEMETRY_URL: collectorUrl } = variables;
  if (collectorUrl === undefined) return null;
  return {
    collectorUrl,
    maxBytes: variables.CLIENT_TELEMETRY_MAX_BYTES,
    requestsPerMinute: variables.CLIENT_TELEMETRY_PER_MINUTE,
    queue: variables.CLIENT_TELEMETRY_QUEUE,
  };
}
