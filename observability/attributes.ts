/**
 * Everything that our code adds to telemetry is declared here: span attributes, metrics and log fields, each with its
 * unit and meaning. Standard names follow OpenTelemetry's semantic conventions; ours begin with `fitme.`.
 * Never among them: bodies, tokens, e-mail addresses, names, health data. Ids of people appear in no span.
 */

type AttributeTypes = { string: string; number: number; boolean: boolean; strings: readonly string[] };

interface AttributeDeclaration {
  readonly type: keyof AttributeTypes;
  readonly unit?: string;
  readonly meaning: string;
}

export const SPAN_ATTRIBUTES = {
  'error.type': {
    type: 'string',
    meaning: "An error's code (NOT_FOUND, 23505), or its class where it has none",
  },
  'http.request.method': { type: 'string', meaning: 'GET, POST, ...' },
  'http.response.status_code': { type: 'number', meaning: 'Status of the answer' },
  'http.route': { type: 'string', meaning: 'Path of the route that a request took, with its parameters' },
  'server.address': { type: 'string', meaning: 'Host that a request was sent to' },
  'url.path': { type: 'string', meaning: 'Path of a request, without its query' },
  'url.scheme': { type: 'string', meaning: 'http or https' },
  'graphql.operation.name': {
    type: 'string',
    meaning: "The operation's name in the document; absent if anonymous",
  },
  'graphql.operation.type': { type: 'string', meaning: 'query, mutation or subscription' },
  'fitme.domain': { type: 'string', meaning: 'Domain that does the work: users, messaging, ...' },
  'fitme.request.id': { type: 'string', meaning: 'Request id, as in the log and in the response header' },
  'fitme.rpc.door': {
    type: 'string',
    meaning: 'Door by which a service method was entered: graphql, grpc or local',
  },
  'fitme.rpc.deadline': { type: 'number', unit: 'ms', meaning: 'Time left when the call began' },
  'fitme.gateway.plan.cached': { type: 'boolean', meaning: 'Whether the plan was in the cache' },
  'fitme.gateway.plan.fetches': {
    type: 'number',
    unit: '{fetch}',
    meaning: 'Fetches of which the plan consists',
  },
  'fitme.gateway.errors': {
    type: 'number',
    unit: '{error}',
    meaning: 'Entries in the errors of the response',
  },
  'fitme.subgraph.name': { type: 'string', meaning: 'Subgraph that a fetch asks' },
  'fitme.subgraph.retries': {
    type: 'number',
    unit: '{retry}',
    meaning: 'How often a fetch was sent again',
  },
  'fitme.topic.kind': {
    type: 'string',
    meaning: 'Kind of a topic without its id, e.g. messaging.conversation',
  },
  'fitme.event.kind': { type: 'string', meaning: 'Kind of an event, e.g. messaging.message-sent' },
  'fitme.event.kinds': { type: 'strings', meaning: 'Kinds of the events in one batch, each once' },
  'fitme.event.seq': { type: 'number', meaning: "Place in its topic's log; of a batch, the first" },
  'fitme.event.count': {
    type: 'number',
    unit: '{event}',
    meaning: 'Events read, applied or delivered together',
  },
  'fitme.event.lag': { type: 'number', unit: 'ms', meaning: 'Time from append to this delivery' },
  'fitme.consumer.name': {
    type: 'string',
    meaning: 'Consumer that applies events, e.g. notifications.messaging',
  },
  'fitme.live.recovered': {
    type: 'boolean',
    meaning: 'False if a resumed subscription may have missed events',
  },
  'fitme.job.name': { type: 'string', meaning: 'Job that runs, e.g. notifications.retention' },
} as const satisfies Record<string, AttributeDeclaration>;

/** Attributes that a span of ours may carry; undefined values are left out. */
export type SpanAttributes = {
  readonly [Name in keyof typeof SPAN_ATTRIBUTES]?:
    | AttributeTypes[(typeof SPAN_ATTRIBUTES)[Name]['type']]
    | undefined;
};

interface MetricDeclaration {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: string;
  readonly meaning: string;
  readonly labels: readonly string[];
}

export const METRICS = {
  fitme_service_method_duration_seconds: {
    type: 'histogram',
    unit: 's',
    meaning: 'Duration of a service method, by either door; code is OK or the code of the error',
    labels: ['service', 'method', 'code', 'door'],
  },
  fitme_client_call_duration_seconds: {
    type: 'histogram',
    unit: 's',
    meaning:
      'Duration of a gRPC call to another service, as its caller sees it; code is OK or the code of the error',
    labels: ['peer', 'method', 'code'],
  },
  fitme_gateway_operation_duration_seconds: {
    type: 'histogram',
    unit: 's',
    meaning: 'Duration of a GraphQL operation; outcome is ok, partial (data and errors), error or refused',
    labels: ['operation', 'outcome'],
  },
  fitme_gateway_deprecated_uses_total: {
    type: 'counter',
    unit: '1',
    meaning:
      'Operations that ask for a deprecated part of the schema, named by its coordinate (Query.me), once each however often they do',
    labels: ['element', 'operation'],
  },
  fitme_gateway_subgraph_fetch_duration_seconds: {
    type: 'histogram',
    unit: 's',
    meaning:
      'Duration of one fetch from a subgraph, its retries included; outcome is ok, error, timeout, cancelled, open (its breaker) or full (its queue)',
    labels: ['subgraph', 'outcome'],
  },
  fitme_gateway_rate_limited_total: {
    type: 'counter',
    unit: '1',
    meaning:
      'Operations that a rate limit refused (by viewer, address or operation), or that were not counted because the counts could not be had',
    labels: ['by', 'outcome'],
  },
  fitme_gateway_client_telemetry_total: {
    type: 'counter',
    unit: '1',
    meaning:
      'What browsers and phones sent of their own telemetry: forwarded to the collector, dropped because it took none, or refused',
    labels: ['signal', 'outcome'],
  },
  fitme_gateway_subgraph_shared_total: {
    type: 'counter',
    unit: '1',
    meaning: "Fetches of public data that another request's fetch answered",
    labels: ['subgraph'],
  },
  fitme_gateway_subgraph_retries_total: {
    type: 'counter',
    unit: '1',
    meaning: 'Queries that were sent to a subgraph again, or that the retry budget refused to send again',
    labels: ['subgraph', 'outcome'],
  },
  fitme_gateway_breaker_transitions_total: {
    type: 'counter',
    unit: '1',
    meaning: "Changes of a subgraph's circuit breaker to closed, open or half-open",
    labels: ['subgraph', 'to'],
  },
  fitme_gateway_breaker_state: {
    type: 'gauge',
    unit: '1',
    meaning: "State of a subgraph's circuit breaker: 0 closed, 1 half-open, 2 open",
    labels: ['subgraph'],
  },
  fitme_gateway_subgraph_in_flight: {
    type: 'gauge',
    unit: '{fetch}',
    meaning: 'Fetches that a subgraph is answering',
    labels: ['subgraph'],
  },
  fitme_gateway_subgraph_queued: {
    type: 'gauge',
    unit: '{fetch}',
    meaning: 'Fetches that wait for a connection to a subgraph',
    labels: ['subgraph'],
  },
  fitme_gateway_supergraph_reloads_total: {
    type: 'counter',
    unit: '1',
    meaning:
      'Supergraphs that replaced another (loaded), could not be served (refused) or break clients (breaking), and looks at their source that failed (unavailable)',
    labels: ['outcome'],
  },
  fitme_gateway_persisted_queries_total: {
    type: 'counter',
    unit: '1',
    meaning:
      'Documents asked for by hash that this process did not hold: found in Redis, unknown, registered, or redis_away',
    labels: ['outcome'],
  },
  fitme_gateway_untrusted_operations_total: {
    type: 'counter',
    unit: '1',
    meaning: 'Operations that ran though their documents are not among the trusted ones',
    labels: ['operation'],
  },
  fitme_gateway_trusted_documents_reloads_total: {
    type: 'counter',
    unit: '1',
    meaning: 'Manifests of trusted documents that replaced another (loaded) or could not be read (refused)',
    labels: ['outcome'],
  },
  fitme_gateway_plans_total: {
    type: 'counter',
    unit: '1',
    meaning:
      'Operations that were planned, because somebody waited for them (request) or before a new supergraph was served (reload)',
    labels: ['cause'],
  },
  fitme_gateway_plan_cache_total: {
    type: 'counter',
    unit: '1',
    meaning: 'Operations that somebody asked for: compiled and kept before (hit), or not (miss)',
    labels: ['outcome'],
  },
  fitme_gateway_plan_cache_entries: {
    type: 'gauge',
    unit: '1',
    meaning: 'Compiled operations that are kept',
    labels: [],
  },
  fitme_gateway_plan_cache_bytes: {
    type: 'gauge',
    unit: 'By',
    meaning: 'What the compiled operations that are kept take in memory, estimated',
    labels: [],
  },
  fitme_gateway_response_cache_total: {
    type: 'counter',
    unit: '1',
    meaning:
      'Operations whose answers may be kept: hit, miss (kept now), shared (with one under way), unfit (not kept), or redis_away',
    labels: ['outcome'],
  },
  fitme_log_events_total: {
    type: 'counter',
    unit: '1',
    meaning: 'Events that became readable, by kind: messages sent, sessions finished and so on',
    labels: ['domain', 'kind'],
  },
  fitme_log_seal_delay_seconds: {
    type: 'histogram',
    unit: 's',
    meaning: 'Time from the append of an event until the relay has made it readable',
    labels: ['domain'],
  },
  fitme_log_unsealed_events: {
    type: 'gauge',
    unit: '{event}',
    meaning: 'Events that are committed and not readable yet',
    labels: ['domain'],
  },
  fitme_log_waiting_seconds: {
    type: 'gauge',
    unit: 's',
    meaning: 'How long the oldest event that is not readable yet has waited; 0 where there is none',
    labels: ['domain'],
  },
  fitme_log_size_bytes: {
    type: 'gauge',
    unit: 'By',
    meaning: 'What the events that are kept take in PostgreSQL, indexes included',
    labels: ['domain'],
  },
  fitme_consumer_delay_seconds: {
    type: 'histogram',
    unit: 's',
    meaning: 'Time from the append of an event until a consumer of another domain has applied it',
    labels: ['domain', 'consumer'],
  },
  fitme_consumer_failures_total: {
    type: 'counter',
    unit: '1',
    meaning: 'Batches of events that a consumer could not apply as a whole, and tries again',
    labels: ['domain', 'consumer'],
  },
  fitme_consumer_backlog_events: {
    type: 'gauge',
    unit: '{event}',
    meaning: 'Events that a consumer has still to read, reported by the process that reads for it',
    labels: ['domain', 'consumer'],
  },
  fitme_live_connections: { type: 'gauge', unit: '1', meaning: 'Open live connections', labels: [] },
  fitme_live_subscriptions: { type: 'gauge', unit: '1', meaning: 'Running subscriptions', labels: [] },
  fitme_live_upstreams: {
    type: 'gauge',
    unit: '1',
    meaning: 'Running subscriptions that a subgraph serves, each over a connection of its own',
    labels: [],
  },
  fitme_live_channels: { type: 'gauge', unit: '1', meaning: 'Redis channels that are open', labels: [] },
  fitme_live_queued_bytes: {
    type: 'gauge',
    unit: 'By',
    meaning: 'What was sent to live clients that have not taken it',
    labels: [],
  },
  fitme_live_deliveries_total: {
    type: 'counter',
    unit: '1',
    meaning: 'Messages that went to subscribers, of logged topics or of state',
    labels: ['mode'],
  },
  fitme_live_delay_seconds: {
    type: 'histogram',
    unit: 's',
    meaning: 'Time from the append of an event until it was completed for its subscribers',
    labels: [],
  },
  fitme_live_dropped_total: {
    type: 'counter',
    unit: '1',
    meaning: 'Events left out for clients that did not take them in time, by the policy of the field',
    labels: ['policy'],
  },
  fitme_live_history_lost_total: {
    type: 'counter',
    unit: '1',
    meaning: 'Subscribers who were sent word that events are lost to them (recovered: false)',
    labels: [],
  },
  fitme_live_ended_total: {
    type: 'counter',
    unit: '1',
    meaning: 'Subscriptions that the gateway ended, by the code that the client was sent',
    labels: ['code'],
  },
  fitme_live_lag_events: {
    type: 'histogram',
    unit: '1',
    meaning: 'How far behind subscribers are who had caught up and are slow, by the policy of the field',
    labels: ['policy'],
  },
  fitme_live_refused_total: {
    type: 'counter',
    unit: '1',
    meaning: 'Live connections and subscriptions that were one too many, by the limit that they met',
    labels: ['limit'],
  },
  fitme_live_topics: { type: 'gauge', unit: '1', meaning: 'Topics that somebody listens to', labels: [] },
} as const satisfies Record<string, MetricDeclaration>;

export type MetricName = keyof typeof METRICS;

/** Fields that our log lines carry beside pino's own (`level`, `time`, `pid`, `hostname`, `name`, `msg`). */
export const LOG_FIELDS = {
  // These two as OpenTelemetry names them in JSON logs, by which log stores find the trace.
  trace_id: { meaning: 'Trace during which the line was written' },
  span_id: { meaning: 'Span during which the line was written' },
  viewer: { meaning: 'Who asked: a hash of their id, the same for all that they do' },
  requestId: { meaning: 'Request id, as in the response header' },
  domain: { meaning: 'Domain that does the work' },
  service: { meaning: 'Full name of the protobuf service' },
  method: { meaning: 'Name of the protobuf method, or the HTTP method' },
  door: { meaning: 'graphql, grpc or local' },
  code: { meaning: 'OK, or the code of the error' },
  operation: { meaning: 'Name of the GraphQL operation' },
  subgraph: { meaning: 'Name of the subgraph' },
  topicKind: { meaning: 'Kind of the topic, without its id' },
  consumer: { meaning: 'Consumer that applies events' },
  job: { meaning: 'Job that runs' },
  count: { meaning: 'How many of what the message names' },
  durationMs: { meaning: 'Duration in ms' },
  statusCode: { meaning: 'HTTP status' },
  url: { meaning: 'URL that a process listens on' },
  source: {
    meaning:
      'Live source that a topic is read from, by the name of its domain; or where supergraphs come from',
  },
  changes: { meaning: 'Breaking changes of a schema, in words' },
  part: { meaning: 'Part of a process, as its closer knows it' },
  detail: { meaning: 'What a library said in its own words' },
  signal: { meaning: 'Signal that the process received' },
  err: { meaning: 'Error with its stack; once, at the boundary' },
} as const satisfies Record<string, { readonly meaning: string }>;

/** Fields that a line of ours may carry. */
export type LogFields = { readonly [Name in keyof typeof LOG_FIELDS]?: unknown };
