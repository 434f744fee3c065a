import { setImmediate } from 'node:timers/promises';
import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import type { PlanningConfig } from '../config/planning.ts';
import type { SupergraphConfig } from '../config/supergraph.ts';
import { Engine, type EngineLimits } from './engine.ts';
import type { Executor, ExecutorOptions } from './operation/executor.ts';
import {
  isLive,
  type LoadedSupergraph,
  loadSupergraph,
  type SubgraphEndpoint,
} from './supergraph/supergraph.ts';
import type { Endpoint } from './transport/endpoint.ts';
import type { SubgraphFetcher } from './transport/subgraph-fetcher.ts';

/** One supergraph at work. */
export interface Graph {
  loaded: LoadedSupergraph;
  engine: Engine;
}

/** @throws where the supergraph holds something that the executor cannot serve */
export type CreateExecutor = (options: ExecutorOptions) => Executor | Promise<Executor>;

export interface GraphOptions {
  supergraph: SupergraphConfig;
  /** Routing URLs in place of the supergraph's. */
  urls: Readonly<Record<string, string>>;
  /** Where subscriptions are, in place of the routing URL with ws in place of http. */
  wsUrls: Readonly<Record<string, string>>;
  fetcher: SubgraphFetcher;
  /** Makes what runs the operations of a supergraph. */
  createExecutor: CreateExecutor;
  planning: PlanningConfig;
  limits: EngineLimits;
  log: Logger;
  metrics: Metrics;
}

/**
 * Builds what serves a supergraph, in slices: each takes a while where the supergraph is large, and requests are let
 * through in between.
 *
 * @throws where it holds something that cannot be served
 */
export async function buildGraph(sdl: string, options: GraphOptions): Promise<Graph> {
  const { urls, wsUrls, createExecutor, planning, limits, log, metrics } = options;
  const loaded = loadSupergraph(sdl);
  await setImmediate();
  const endpointOf = endpointIn(options);
  const remote = loaded.subgraphs.filter((each) => !isLive(each));
  const endpoints = new Map(remote.map((each) => [each.name, endpointOf(each)]));
  const socketUrls = new Map(
    remote.map((each) => [each.name, wsUrls[each.name] ?? urlIn(urls)(each).replace(/^http/, 'ws')]),
  );
  const executor = await createExecutor({ loaded, endpoints, socketUrls, planning, log });
  return { loaded, engine: new Engine({ loaded, executor, limits, log, metrics }) };
}

function endpointIn({ fetcher, urls }: GraphOptions): (subgraph: SubgraphEndpoint) => Endpoint {
  return (subgraph) => fetcher.endpoint(subgraph.name, urlIn(urls)(subgraph));
}

/** The routing URL of a subgraph. */
function urlIn(urls: Readonly<Record<string, string>>): (subgraph: SubgraphEndpoint) => string {
  return ({ name, url: composed }) => {
    const url = urls[name] ?? composed;
    if (/^https?:/.test(url) && URL.canParse(url)) return url;
    throw new Error(
      `subgraph ${name} has no routing URL: name one in SUBGRAPH_URLS, {"${name}":"http://..."}`,
    );
  };
}

/** The routing URLs of the subgraphs that a supergraph is fetched from. */
export function routingUrls(
  { subgraphs }: LoadedSupergraph,
  urls: GraphOptions['urls'],
): ReadonlySet<string> {
  return new Set(subgraphs.filter((each) => !isLive(each)).map(urlIn(urls)));
}
