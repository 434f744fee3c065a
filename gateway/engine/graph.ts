import { readFile } from 'node:fs/promises';
import {
  ApolloGateway,
  type GraphQLDataSource,
  type ServiceMap,
  type SupergraphSdlUpdateFunction,
} from '@apollo/gateway';
import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import { type Complete, createCompletion } from '../live/complete.ts';
import { createSubscriptionPlanner, type SubscriptionPlanner } from '../live/plan.ts';
import { createEngine, type Engine, type EngineLimits } from './engine.ts';
import { isLive, type LoadedSupergraph, loadSupergraph, type SubgraphEndpoint } from './supergraph.ts';
import { watchFile } from './supergraph-file.ts';
import { dataSourceOf } from './transport/data-source.ts';
import type { SubgraphFetcher } from './transport/subgraph-fetcher.ts';

/** One supergraph at work. */
export interface Graph {
  loaded: LoadedSupergraph;
  planner: SubscriptionPlanner;
  complete: Complete;
  /** Null where Apollo Server runs all operations. */
  engine: Engine | null;
}

/** The graph that the supergraph file holds at the moment. */
export interface CurrentGraph {
  /** For Apollo Server. */
  gateway: ApolloGateway;
  current(): Graph;
  close(): void;
}

export interface GraphOptions {
  file: string;
  /** Routing URLs in place of the supergraph's. */
  urls: Readonly<Record<string, string>>;
  fetcher: SubgraphFetcher;
  /** Of the compiled engine; null for none. */
  compiled: EngineLimits | null;
  log: Logger;
  metrics: Metrics;
}

/** Loads the supergraph, and again when its file changes. Throws where the first one cannot be served. */
export async function openGraph(options: GraphOptions): Promise<CurrentGraph> {
  const { file, urls, fetcher, compiled, log, metrics } = options;
  const composed = await readFile(file, 'utf8');
  let graph = build(composed);
  let update: SupergraphSdlUpdateFunction | undefined;

  function sourceOf({ name, url }: SubgraphEndpoint): GraphQLDataSource {
    if (isLive({ name, url }))
      return { process: () => Promise.reject(new Error(`${name} answers subscriptions only`)) };
    return dataSourceOf(fetcher.endpoint(name, urls[name] ?? url));
  }

  function build(sdl: string): Graph {
    const loaded = loadSupergraph(sdl);
    const planner = createSubscriptionPlanner(loaded);
    const services: ServiceMap = Object.fromEntries(
      loaded.subgraphs.map((subgraph) => [subgraph.name, sourceOf(subgraph)]),
    );
    const endpoints = new Map(
      loaded.subgraphs
        .filter((each) => !isLive(each))
        .map(({ name, url }) => [name, fetcher.endpoint(name, urls[name] ?? url)]),
    );
    const engine = compiled && createEngine({ loaded, endpoints, limits: compiled, log });
    return { loaded, planner, complete: createCompletion({ loaded, planner, services }), engine };
  }

  /** A supergraph that cannot be served is refused as a whole, and the one before it stays. */
  function replace(sdl: string): void {
    try {
      const next = build(sdl);
      update?.(next.loaded.sdl);
      graph = next;
      fetcher.retain(
        new Set(
          next.loaded.subgraphs.filter((each) => !isLive(each)).map(({ name, url }) => urls[name] ?? url),
        ),
      );
      metrics.supergraphReload('loaded');
      log.info('the supergraph was replaced');
    } catch (err) {
      metrics.supergraphReload('refused');
      log.error({ err }, 'a supergraph was refused; the one before it stays');
    }
  }

  const gateway = new ApolloGateway({
    supergraphSdl: async (callbacks) => {
      update = callbacks.update;
      return { supergraphSdl: graph.loaded.sdl };
    },
    buildService: ({ name, url = '' }) => sourceOf({ name, url }),
    __exposeQueryPlanExperimental: false,
    logger: quietLogger(log),
  });
  const unwatch = watchFile(file, composed, replace);
  return { gateway, current: () => graph, close: unwatch };
}

/** Apollo's parts tell much at info that our own lines tell better. */
function quietLogger(log: Logger) {
  const debug = (message?: unknown) => log.debug({ detail: String(message) }, 'a part of apollo says');
  const warn = (message?: unknown) => log.warn({ detail: String(message) }, 'a part of apollo warns');
  return { debug, info: debug, warn, error: warn };
}
