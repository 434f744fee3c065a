import { collectDefaultMetrics, Registry } from 'prom-client';
import { createEventMetrics, type EventMetrics } from './event-metrics.ts';
import {
  counter,
  gauge,
  gaugeBy,
  type MetricOf,
  type MetricRegistry,
  tracedHistogram,
} from './instruments.ts';
import { createLiveMetrics, type LiveMetrics } from './live-metrics.ts';
import { runningTelemetry } from './running-telemetry.ts';

interface MetricsOptions {
  /** Operation names that keep their own series; all others count as "other". Absent: the first {@link MAX_OPERATIONS} names seen. */
  readonly operations?: Iterable<string>;
  /** Measures event loop, heap, garbage collection and CPU of the process; on by default. */
  readonly process?: boolean;
}

type OperationOutcome = 'ok' | 'partial' | 'error' | 'refused';
/** `breaking` is refused too, `unavailable` a look at the source that failed. */
type ReloadOutcome = 'loaded' | 'refused' | 'breaking' | 'unavailable';
/** Says why an operation is planned: somebody waits for it, or it was used before the supergraph was replaced. */
export type PlanCause = 'request' | 'reload';
/** `open`: its breaker is; `full`: its queue is. */
export type FetchOutcome = 'ok' | 'error' | 'timeout' | 'cancelled' | 'open' | 'full';

type PersistedQueryOutcome = 'found' | 'unknown' | 'registered' | 'redis_away';

type ResponseCacheOutcome = 'hit' | 'miss' | 'shared' | 'unfit' | 'redis_away';

/** Describes what stands between the gateway and one subgraph at the moment of a scrape. */
export interface SubgraphState {
  readonly subgraph: string;
  readonly breaker: 'closed' | 'half-open' | 'open';
  readonly inFlight: number;
  readonly queued: number;
}

/** The compiled operations that a gateway keeps at the moment of a scrape. */
export interface PlanCacheState {
  readonly entries: number;
  /** Estimated. */
  readonly bytes: number;
}

/** The metrics of one process. Durations are in seconds. */
export interface Metrics {
  serviceMethod(
    labels: { service: string; method: string; code: string; door: string },
    seconds: number,
  ): void;
  /** A gRPC call to another service. */
  clientCall(labels: { peer: string; method: string; code: string }, seconds: number): void;
  gatewayOperation(operation: string | undefined, outcome: OperationOutcome, seconds: number): void;
  /** An operation that asks for a deprecated element of the schema. */
  deprecatedUse(element: string, operation: string | undefined): void;
  subgraphFetch(subgraph: string, outcome: FetchOutcome, seconds: number): void;
  subgraphShared(subgraph: string): void;
  subgraphRetry(subgraph: string, outcome: 'sent' | 'refused'): void;
  breakerTransition(subgraph: string, to: SubgraphState['breaker']): void;
  /** Registers the gauges of the subgraphs, which ask `read` at each scrape. */
  watchSubgraphs(read: () => readonly SubgraphState[]): void;
  supergraphReload(outcome: ReloadOutcome): void;
  planned(cause: PlanCause): void;
  /** Somebody asked for an operation that was compiled before (hit), or not (miss). */
  planLookup(outcome: 'hit' | 'miss'): void;
  /** Registers the gauges of compiled operations, which ask `read` at each scrape. */
  watchPlanCache(read: () => PlanCacheState): void;
  persistedQuery(outcome: PersistedQueryOutcome): void;
  clientTelemetry(signal: string, outcome: 'forwarded' | 'dropped' | 'refused'): void;
  rateLimited(by: 'viewer' | 'address' | 'operation' | 'any', outcome: 'refused' | 'uncounted'): void;
  untrustedOperation(operation: string): void;
  trustedDocumentsReload(outcome: 'loaded' | 'refused'): void;
  responseCache(outcome: ResponseCacheOutcome): void;
  readonly live: LiveMetrics;
  /** Measures event logs and their readers. */
  readonly events: EventMetrics;
  /** The body of `GET /metrics`, in Prometheus' text format, and its content type. */
  readonly contentType: string;
  render(): Promise<string>;
}

/** Measures gRPC calls to other services. */
export type ClientMetrics = Pick<Metrics, 'clientCall'>;

/** Most operation names that get series of their own where there is no list of them. */
export const MAX_OPERATIONS = 200;

/** Makes the registry of one process; nothing is shared between two of them. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry: MetricRegistry = new Registry();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  runningTelemetry()?.exportMetrics?.(() => registry.getMetricsAsJSON());
  if (options.process ?? true) collectDefaultMetrics({ register: registry });

  const serviceMethod = tracedHistogram(registry, 'fitme_service_method_duration_seconds');
  const clientCall = tracedHistogram(registry, 'fitme_client_call_duration_seconds');
  const gatewayOperation = tracedHistogram(registry, 'fitme_gateway_operation_duration_seconds');
  const deprecatedUses = counter(registry, 'fitme_gateway_deprecated_uses_total');
  const subgraphFetch = tracedHistogram(registry, 'fitme_gateway_subgraph_fetch_duration_seconds');
  const subgraphShared = counter(registry, 'fitme_gateway_subgraph_shared_total');
  const subgraphRetries = counter(registry, 'fitme_gateway_subgraph_retries_total');
  const breakerTransitions = counter(registry, 'fitme_gateway_breaker_transitions_total');
  const supergraphReloads = counter(registry, 'fitme_gateway_supergraph_reloads_total');
  const clientTelemetry = counter(registry, 'fitme_gateway_client_telemetry_total');
  const rateLimited = counter(registry, 'fitme_gateway_rate_limited_total');
  const persistedQueries = counter(registry, 'fitme_gateway_persisted_queries_total');
  const untrustedOperations = counter(registry, 'fitme_gateway_untrusted_operations_total');
  const trustedDocumentsReloads = counter(registry, 'fitme_gateway_trusted_documents_reloads_total');
  const plans = counter(registry, 'fitme_gateway_plans_total');
  const planLookups = counter(registry, 'fitme_gateway_plan_cache_total');
  const responseCache = counter(registry, 'fitme_gateway_response_cache_total');
  const operationLabel = options.operations
    ? capLabel({ allowed: options.operations, max: 0 })
    : capLabel({ max: MAX_OPERATIONS });

  return {
    serviceMethod: (labels, seconds) => serviceMethod(labels, seconds),
    clientCall: (labels, seconds) => clientCall(labels, seconds),
    gatewayOperation: (operation, outcome, seconds) =>
      gatewayOperation({ operation: operationLabel(operation ?? 'anonymous'), outcome }, seconds),
    deprecatedUse: (element, operation) =>
      deprecatedUses.inc({ element, operation: operationLabel(operation ?? 'anonymous') }),
    subgraphFetch: (subgraph, outcome, seconds) => subgraphFetch({ subgraph, outcome }, seconds),
    subgraphShared: (subgraph) => subgraphShared.inc({ subgraph }),
    subgraphRetry: (subgraph, outcome) => subgraphRetries.inc({ subgraph, outcome }),
    breakerTransition: (subgraph, to) => breakerTransitions.inc({ subgraph, to }),
    planLookup: (outcome) => planLookups.inc({ outcome }),
    watchPlanCache(read) {
      gauge(registry, 'fitme_gateway_plan_cache_entries', () => read().entries);
      gauge(registry, 'fitme_gateway_plan_cache_bytes', () => read().bytes);
    },
    planned: (cause) => plans.inc({ cause }),
    supergraphReload: (outcome) => supergraphReloads.inc({ outcome }),
    clientTelemetry: (signal, outcome) => clientTelemetry.inc({ signal, outcome }),
    rateLimited: (by, outcome) => rateLimited.inc({ by, outcome }),
    persistedQuery: (outcome) => persistedQueries.inc({ outcome }),
    watchSubgraphs(read) {
      const watch = (name: SubgraphGauge, value: (state: SubgraphState) => number) =>
        gaugeBy(registry, name, () =>
          read().map((state) => [{ subgraph: state.subgraph }, value(state)] as const),
        );
      watch('fitme_gateway_breaker_state', ({ breaker }) => BREAKER_STATES.indexOf(breaker));
      watch('fitme_gateway_subgraph_in_flight', ({ inFlight }) => inFlight);
      watch('fitme_gateway_subgraph_queued', ({ queued }) => queued);
    },
    untrustedOperation: (operation) => untrustedOperations.inc({ operation: operationLabel(operation) }),
    trustedDocumentsReload: (outcome) => trustedDocumentsReloads.inc({ outcome }),
    responseCache: (outcome) => responseCache.inc({ outcome }),
    live: createLiveMetrics(registry),
    events: createEventMetrics(registry),
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
}

/**
 * Bounds a label whose values come from clients: a value that is neither allowed nor among the first `max` others
 * becomes "other". Without it memory and scrape time grow with every name that somebody invents.
 */
export function capLabel(limits: { allowed?: Iterable<string>; max: number }): (value: string) => string {
  const allowed = new Set(limits.allowed);
  const seen = new Set<string>();
  return (value) => {
    if (allowed.has(value) || seen.has(value)) return value;
    if (seen.size >= limits.max) return 'other';
    seen.add(value);
    return value;
  };
}

type SubgraphGauge = MetricOf<'gauge'> &
  `fitme_gateway_${'breaker_state' | 'subgraph_in_flight' | 'subgraph_queued'}`;

/** The states stand in the order of the gauge's values. */
const BREAKER_STATES: readonly SubgraphState['breaker'][] = ['closed', 'half-open', 'open'];
