import { setImmediate } from 'node:timers/promises';
import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import { withUnsampledTrace } from '#observability/tracing.ts';
import { ConfigError } from '#platform/config.ts';
import type { PlanningConfig } from '../config/planning.ts';
import type { SupergraphConfig } from '../config/supergraph.ts';
import { createEngine, type Engine, type EngineLimits } from './engine.ts';
import type { Executor, ExecutorOptions } from './operation/executor.ts';
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
  engine: Engine;
}

/** The graph that is served at the moment. */
export interface CurrentGraph {
  current(): Graph;
  /** Called after each time another graph took the place of the one in use. */
  onReplaced(listener: () => void): void;
  close(): void;
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
  const closing = new AbortController();
  const listeners: (() => void)[] = [];

  /** So that nobody waits for a plan that was there a moment ago. */
  async function warm(current: Engine, next: Engine): Promise<number> {
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
      unused = graph.engine;
      graph = next;
      sdl = composed;
      fetcher.retain(new Set(next.loaded.subgraphs.filter((each) => !isLive(each)).map(urlIn(urls))));
      metrics.supergraphReload('loaded');
      for (const listener of listeners) listener();
      log.info({ count: warmed }, 'the supergraph was replaced, with its most used operations warmed');
    } catch (err) {
      reportRefusal(err, options);
      return;
    } finally {
      unused?.close();
    }
    await copy.write(composed);
  }

  metrics.watchPlanCache(() => graph.engine.kept());
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
    current: () => graph,
    onReplaced: (listener) => void listeners.push(listener),
    close() {
      closing.abort();
      source.close();
      graph.engine.close();
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
  return { loaded, engine: createEngine({ loaded, executor, limits, log, metrics }) };
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

function reportRefusal(err: unknown, { log, metrics }: GraphOptions): void {
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
