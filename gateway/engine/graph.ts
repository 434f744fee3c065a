import { setImmediate } from 'node:timers/promises';
import type { ApolloGateway } from '@apollo/gateway';
import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import { withUnsampledTrace } from '#observability/tracing.ts';
import { ConfigError } from '#platform/config.ts';
import { buildStockGraph, createStockGateway, type StockGraph } from '../apollo/stock-graph.ts';
import type { SupergraphConfig } from '../config/supergraph.ts';
import { createEngine, type Engine, type EngineLimits } from './engine.ts';
import { BreakingChangesError, breakingChanges } from './supergraph/breaking-changes.ts';
import { createCopy, type SupergraphCopy } from './supergraph/copy.ts';
import { openSource } from './supergraph/open-source.ts';
import type { SupergraphSource } from './supergraph/source.ts';
import {
  isLive,
  type LoadedSupergraph,
  loadSupergraph,
  type SubgraphEndpoint,
} from './supergraph/supergraph.ts';
import { createUpdates } from './supergraph/updates.ts';
import type { Endpoint } from './transport/endpoint.ts';
import type { SubgraphFetcher } from './transport/subgraph-fetcher.ts';
import { warmUp } from './warm-up.ts';

/** One supergraph at work. */
export interface Graph {
  loaded: LoadedSupergraph;
  /** Null where Apollo Server runs all operations. */
  engine: Engine | null;
  /** Null where our own engine does. */
  stock: StockGraph | null;
}

/** The graph that is served at the moment. */
export interface CurrentGraph {
  /** For Apollo Server; null where there is none. */
  gateway: ApolloGateway | null;
  current(): Graph;
  /** Called after each time another graph took the place of the one in use. */
  onReplaced(listener: () => void): void;
  close(): void;
}

export interface GraphOptions {
  supergraph: SupergraphConfig;
  /** Routing URLs in place of the supergraph's. */
  urls: Readonly<Record<string, string>>;
  /** Where subscriptions are, in place of the routing URL with ws in place of http. */
  wsUrls: Readonly<Record<string, string>>;
  fetcher: SubgraphFetcher;
  /** Of the compiled engine; null for none. */
  compiled: EngineLimits | null;
  log: Logger;
  metrics: Metrics;
}

/**
 * Loads the supergraph, and follows its source.
 *
 * @throws ConfigError where the first one cannot be served
 */
export async function openGraph(options: GraphOptions): Promise<CurrentGraph> {
  const { supergraph, urls, fetcher, log, metrics } = options;
  const source = openSource(supergraph, log);
  const copy = createCopy(supergraph.copyFile, log);
  let { sdl, graph } = await start(options, source, copy).catch((error: unknown) => {
    source.close();
    throw error;
  });
  const stock = graph.stock && createStockGateway(() => graph.loaded.sdl, endpointIn(options), log);
  const closing = new AbortController();
  const listeners: (() => void)[] = [];

  /** So that nobody waits for a plan that was there a moment ago. */
  async function warm(current: Engine | null, next: Engine | null): Promise<number> {
    if (current === null || next === null) return 0;
    const { operations, timeoutMs } = supergraph.warmUp;
    const used = await current.mostUsed(operations);
    return withUnsampledTrace(() => warmUp(next, used, { timeoutMs, signal: closing.signal }));
  }

  /** A supergraph that cannot be served is refused as a whole, and the one before it stays. */
  async function replace(composed: string): Promise<void> {
    // Back to what is served, after one that was refused.
    if (composed === sdl) return;
    let unused: Engine | null = null;
    try {
      const next = await build(composed, options);
      unused = next.engine;
      checkChanges(graph, next, options);
      const warmed = await warm(graph.engine, next.engine);
      if (closing.signal.aborted) return;
      stock?.update(next.loaded.sdl);
      unused = graph.engine;
      graph = next;
      sdl = composed;
      fetcher.retain(new Set(next.loaded.subgraphs.filter((each) => !isLive(each)).map(urlIn(urls))));
      metrics.supergraphReload('loaded');
      for (const listener of listeners) listener();
      log.info({ count: warmed }, 'the supergraph was replaced, with its most used operations warmed');
    } catch (err) {
      tellRefusal(err, options);
      return;
    } finally {
      unused?.close();
    }
    await copy.write(composed);
  }

  metrics.watchPlanCache(() => graph.engine?.kept() ?? { entries: 0, bytes: 0 });
  const updates = createUpdates(sdl, replace);
  let isAway = false;
  source.follow({
    found(found) {
      if (isAway) log.info({ source: source.name }, 'the source of the supergraph is back');
      isAway = false;
      updates.offer(found);
    },
    unavailable(err) {
      metrics.supergraphReload('unavailable');
      if (!isAway) log.warn({ err, source: source.name }, 'no supergraph can be had; the one in use stays');
      isAway = true;
    },
  });
  return {
    gateway: stock?.gateway ?? null,
    current: () => graph,
    onReplaced: (listener) => void listeners.push(listener),
    close() {
      closing.abort();
      source.close();
      graph.engine?.close();
    },
  };
}

/** The source's supergraph, or else the one that was served last. */
async function start(
  options: GraphOptions,
  source: SupergraphSource,
  copy: SupergraphCopy,
): Promise<{ sdl: string; graph: Graph }> {
  try {
    const sdl = await source.read();
    const graph = await buildFirst(sdl, source.name, options);
    await copy.write(sdl);
    return { sdl, graph };
  } catch (error) {
    const sdl = await copy.read();
    const message = error instanceof Error ? error.message : String(error);
    if (sdl === undefined) throw new ConfigError(`SUPERGRAPH: ${message}`);
    const graph = await buildFirst(sdl, 'the copy of the supergraph', options);
    options.log.warn({ err: error, source: source.name }, 'the supergraph served last is served again');
    return { sdl, graph };
  }
}

async function buildFirst(sdl: string, name: string, options: GraphOptions): Promise<Graph> {
  try {
    return await build(sdl, options);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`SUPERGRAPH: ${name} holds nothing that can be served: ${message}`);
  }
}

/** In slices: each takes a while where the supergraph is large, and requests are let through in between. */
async function build(sdl: string, options: GraphOptions): Promise<Graph> {
  const { urls, wsUrls, compiled, log, metrics } = options;
  const loaded = loadSupergraph(sdl);
  await setImmediate();
  const endpointOf = endpointIn(options);
  const remote = loaded.subgraphs.filter((each) => !isLive(each));
  const endpoints = new Map(remote.map((each) => [each.name, endpointOf(each)]));
  const socketUrls = new Map(
    remote.map((each) => [each.name, wsUrls[each.name] ?? urlIn(urls)(each).replace(/^http/, 'ws')]),
  );
  const engine = compiled && createEngine({ loaded, endpoints, socketUrls, limits: compiled, log, metrics });
  return { loaded, engine, stock: engine === null ? buildStockGraph(loaded, endpointOf) : null };
}

function endpointIn({ fetcher, urls }: GraphOptions): (subgraph: SubgraphEndpoint) => Endpoint {
  return (subgraph) => fetcher.endpoint(subgraph.name, urlIn(urls)(subgraph));
}

function urlIn(urls: Readonly<Record<string, string>>): (subgraph: SubgraphEndpoint) => string {
  return ({ name, url: composed }) => {
    const url = urls[name] ?? composed;
    if (/^https?:/.test(url) && URL.canParse(url)) return url;
    throw new Error(
      `subgraph ${name} has no routing URL: name one in SUBGRAPH_URLS, {"${name}":"http://..."}`,
    );
  };
}

function checkChanges(current: Graph, next: Graph, { supergraph, log }: GraphOptions): void {
  const broken = breakingChanges(current.loaded.schema, next.loaded.schema);
  if (broken === null) return;
  if (supergraph.breaking === 'refuse') throw broken;
  log.warn(
    { changes: broken.changes },
    'the supergraph breaks the schema in use, as SUPERGRAPH_BREAKING allows',
  );
}

function tellRefusal(err: unknown, { log, metrics }: GraphOptions): void {
  if (err instanceof BreakingChangesError) {
    metrics.supergraphReload('breaking');
    log.error(
      { changes: err.changes },
      'a supergraph was refused, as it breaks the schema in use; restart with it, or set SUPERGRAPH_BREAKING=allow',
    );
    return;
  }
  metrics.supergraphReload('refused');
  log.error({ err }, 'a supergraph was refused; the one before it stays');
}
