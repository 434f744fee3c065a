import { fileURLToPath } from 'node:url';
import { gatewayEnvironment } from '../scripts/environment.ts';
import { freePort } from '../scripts/processes/ports.ts';
import { PROBE } from './measure/usage.ts';
import type { Parts } from './parts.ts';
import type { System } from './system.ts';

/** A gateway at work in a process of its own. */
export interface Contender {
  name: string;
  /** Without path. */
  origin: string;
  /** Is the port of measure/probe.ts. */
  probePort: number;
}

/** Describes the graph that all contenders of one comparison serve. */
export interface Graph {
  name: string;
  /** A supergraph file that every contender can load. */
  supergraph: string;
  /** Says whether the client's token goes to the subgraphs. */
  forwardToken: boolean;
}

/** These constants name the rows of the tables. The others are measured against the first. */
export const STOCK = '@apollo/gateway + Apollo Server';
export const HIVE = 'Hive Gateway + router-runtime';
const HIVE_UNSHARED = 'Hive Gateway, every fetch sent';
export const OURS = 'FitME gateway';
export const OURS_UNSHARED = `${OURS}, every fetch sent`;

const BENCH = fileURLToPath(new URL('.', import.meta.url));

/** Starts all of them; ours as it comes is the last. */
export async function startContenders(
  parts: Parts,
  system: System,
  graph: Graph,
  { traced }: { traced: boolean },
): Promise<Contender[]> {
  return [
    await startApollo(parts, graph),
    await startHive(parts, graph, HIVE),
    await startHive(parts, graph, HIVE_UNSHARED),
    await startOurs(parts, system, { graph, engine: 'apollo' }),
    ...(traced
      ? [await startOurs(parts, system, { graph, tracesTo: await startCollector(parts, graph) })]
      : []),
    await startOurs(parts, system, { graph, shareReads: false }),
    await startOurs(parts, system, { graph }),
  ];
}

interface OwnOptions {
  /** Its own where there is none, as `npm start` has it. */
  graph?: Graph;
  /** Names the engine; the gateway chooses where it is left out. */
  engine?: string;
  /** URL of a collector that gets one trace in a hundred. */
  tracesTo?: string;
  /** The share of traces that it gets instead. */
  ratio?: number;
  /** Says whether it keeps metrics; it does by default. */
  metrics?: boolean;
  /** Says whether it sends once what several requests read at a time; it does by default. */
  shareReads?: boolean;
  /** Is the size of its plan cache; its own default where left out. */
  planCacheBytes?: number;
  /** Takes the place of a name that says what is special about it. */
  label?: string;
}

/** Starts our gateway. */
export function startOurs(
  parts: Parts,
  system: System,
  {
    graph,
    engine,
    tracesTo,
    ratio = 0.01,
    metrics = true,
    shareReads = true,
    planCacheBytes,
    label,
  }: OwnOptions,
): Promise<Contender> {
  const stated = [
    engine && `ENGINE=${engine}`,
    tracesTo && 'OpenTelemetry at 1 %',
    !shareReads && 'every fetch sent',
  ].filter(Boolean);
  const name = label ?? [OURS, ...stated].join(', ');
  return start(parts, name, graph?.name ?? 'live', (port) => ({
    args: [
      ...['--import', './observability/register.ts'],
      ...(metrics ? [] : ['--import', './bench/gateways/without-metrics.ts']),
      'gateway/main.ts',
    ],
    env: {
      ...gatewayEnvironment(system.network, port),
      ...(engine !== undefined && { ENGINE: engine }),
      ...(graph !== undefined && { SUPERGRAPH: graph.supergraph }),
      ...(planCacheBytes !== undefined && { PLAN_CACHE_BYTES: String(planCacheBytes) }),
      ...(graph?.forwardToken === false && { SUBGRAPH_URLS: '{}', SUBGRAPH_HEADERS: '{}' }),
      ...(tracesTo !== undefined && {
        OTEL_SERVICE_NAME: 'gateway',
        OTEL_TRACES_EXPORTER: 'otlp',
        OTEL_EXPORTER_OTLP_ENDPOINT: tracesTo,
        OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
        OTEL_TRACES_SAMPLER_ARG: String(ratio),
      }),
      ...(!shareReads && { SUBGRAPH_POLICIES: '{"*":{"shareReads":false}}' }),
      GRAPHIQL: 'false',
      // Counted, and never refused: a bench is one client.
      LIVE_CONNECTIONS_PER_ADDRESS: '1000000',
      LIVE_CONNECTIONS_PER_VIEWER: '1000000',
      LIVE_SUBSCRIPTIONS_PER_VIEWER: '1000000',
      RATE_LIMITS: JSON.stringify(
        ['viewer', 'address'].map((by) => ({ by, limit: 1_000_000_000, windowS: 60 })),
      ),
    },
  }));
}

/** Starts what takes traces, and forgets them. */
export async function startCollector(parts: Parts, graph: Graph): Promise<string> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await parts.start({
    name: `${graph.name}-collector`,
    args: [`${BENCH}gateways/collector.ts`, String(port)],
    ready: async () => (await fetch(url)).ok,
  });
  return url;
}

function startApollo(parts: Parts, { name, supergraph, forwardToken }: Graph): Promise<Contender> {
  return start(parts, STOCK, name, (port) => ({
    args: [`${BENCH}gateways/apollo.ts`, supergraph, String(port), forwardToken ? 'forward' : ''],
    env: { APOLLO_TELEMETRY_DISABLED: '1' },
  }));
}

function startHive(
  parts: Parts,
  { name, supergraph, forwardToken }: Graph,
  contender: string,
): Promise<Contender> {
  const config = `${BENCH}gateways/hive.config.mjs`;
  return start(parts, contender, name, (port) => ({
    args: [
      `${BENCH}node_modules/@graphql-hive/gateway/dist/bin.js`,
      ...['supergraph', supergraph, '--host', '127.0.0.1', '--port', String(port), '--config-path', config],
    ],
    env: {
      BENCH_FORWARD: forwardToken ? '1' : '0',
      BENCH_SHARE: contender === HIVE_UNSHARED ? '0' : '1',
    },
  }));
}

/** Starts what subscriptions are measured against: the peer, and what the system calls alone cost. */
export function startLivePeer(parts: Parts, { network }: System, peer: 'yoga' | 'bare'): Promise<Contender> {
  const name =
    peer === 'yoga' ? 'GraphQL Yoga + Redis pub/sub' : 'the same bytes to as many sockets, no more';
  return start(parts, name, 'live', (port) => ({
    args: [`${BENCH}gateways/${peer}.ts`, network.redisUrl, String(port)],
    env: {},
  }));
}

async function start(
  parts: Parts,
  name: string,
  graph: string,
  program: (port: number) => { args: string[]; env: Record<string, string> },
): Promise<Contender> {
  const port = await freePort();
  const probePort = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const { args, env } = program(port);
  await parts.start({
    name: `${graph}-${name.replaceAll(/[^\w]+/g, '-')}`,
    args,
    env: { ...env, BENCH_PROBE_PORT: String(probePort), NODE_OPTIONS: `--import=${PROBE}` },
    ready: () => answersGraphql(origin),
  });
  return { name, origin, probePort };
}

async function answersGraphql(origin: string): Promise<boolean> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ __typename }"}',
  });
  return response.ok;
}
