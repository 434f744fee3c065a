import { withUnsampledTrace } from '#observability/tracing.ts';
import { ConfigError } from '#platform/config.ts';
import type { Engine } from './engine.ts';
import { buildGraph, type Graph, type GraphOptions, routingUrls } from './graph.ts';
import { BreakingChangesError, breakingChanges } from './supergraph/breaking-changes.ts';
import { createCopy, type SupergraphCopy } from './supergraph/copy.ts';
import { openSource } from './supergraph/open-source.ts';
import type { SupergraphSource } from './supergraph/source.ts';
import { createUpdates } from './supergraph/updates.ts';
import { warmUp } from './warm-up.ts';

/** The graph that is served at the moment: the supergraph that its source last gave and that could be served. */
export class CurrentGraph {
  readonly #options: GraphOptions;
  readonly #source: SupergraphSource;
  readonly #copy: SupergraphCopy;
  readonly #closing = new AbortController();
  readonly #listeners: (() => void)[] = [];
  #graph: Graph;
  #sdl: string;

  /**
   * Loads the supergraph, and follows its source.
   *
   * @throws ConfigError where the first one cannot be served
   */
  static async open(options: GraphOptions): Promise<CurrentGraph> {
    const source = openSource(options.supergraph, options.log);
    const copy = createCopy(options.supergraph.copyFile, options.log);
    try {
      const first = await buildFirst(options, source, copy);
      return new CurrentGraph(options, source, copy, first);
    } catch (error) {
      source.close();
      throw error;
    }
  }

  private constructor(
    options: GraphOptions,
    source: SupergraphSource,
    copy: SupergraphCopy,
    { sdl, graph }: BuiltGraph,
  ) {
    this.#options = options;
    this.#source = source;
    this.#copy = copy;
    this.#sdl = sdl;
    this.#graph = graph;
    options.metrics.watchPlanCache(() => this.#graph.engine.kept());
    this.#follow();
  }

  get engine(): Engine {
    return this.#graph.engine;
  }

  /** Has the listener called after each time another graph took the place of the one in use. */
  onReplaced(listener: () => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.#closing.abort();
    this.#source.close();
    this.#graph.engine.close();
  }

  #follow(): void {
    const { log, metrics } = this.#options;
    const source = this.#source;
    const updates = createUpdates(this.#sdl, (sdl) => this.#replace(sdl));
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
  }

  /** A supergraph that cannot be served is refused as a whole, and the one before it stays. */
  async #replace(sdl: string): Promise<void> {
    // The source is back to what is served, after a supergraph that was refused.
    if (sdl === this.#sdl) return;
    const { fetcher, urls, log, metrics } = this.#options;
    let unused: Engine | null = null;
    try {
      const next = await buildGraph(sdl, this.#options);
      unused = next.engine;
      checkChanges(this.#graph, next, this.#options);
      const warmed = await this.#warm(next.engine);
      if (this.#closing.signal.aborted) return;
      unused = this.#graph.engine;
      this.#graph = next;
      this.#sdl = sdl;
      fetcher.retain(routingUrls(next.loaded, urls));
      metrics.supergraphReload('loaded');
      for (const listener of this.#listeners) listener();
      log.info({ count: warmed }, 'the supergraph was replaced, with its most used operations warmed');
    } catch (err) {
      reportRefusal(err, this.#options);
      return;
    } finally {
      unused?.close();
    }
    await this.#copy.write(sdl);
  }

  /** Compiles what was used most, so that nobody waits for a plan that was there a moment ago. */
  async #warm(next: Engine): Promise<number> {
    const { operations, timeoutMs } = this.#options.supergraph.warmUp;
    const used = await this.#graph.engine.mostUsed(operations);
    const { signal } = this.#closing;
    return withUnsampledTrace(() => warmUp(next, used, { timeoutMs, signal }));
  }
}

interface BuiltGraph {
  sdl: string;
  graph: Graph;
}

/** Builds the source's supergraph, or else the one that was served last. */
async function buildFirst(
  options: GraphOptions,
  source: SupergraphSource,
  copy: SupergraphCopy,
): Promise<BuiltGraph> {
  try {
    const sdl = await source.read();
    const graph = await buildNamed(sdl, source.name, options);
    await copy.write(sdl);
    return { sdl, graph };
  } catch (error) {
    const sdl = await copy.read();
    const message = error instanceof Error ? error.message : String(error);
    if (sdl === undefined) throw new ConfigError(`SUPERGRAPH: ${message}`);
    const graph = await buildNamed(sdl, 'the copy of the supergraph', options);
    options.log.warn({ err: error, source: source.name }, 'the supergraph served last is served again');
    return { sdl, graph };
  }
}

async function buildNamed(sdl: string, name: string, options: GraphOptions): Promise<Graph> {
  try {
    return await buildGraph(sdl, options);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`SUPERGRAPH: ${name} holds nothing that can be served: ${message}`);
  }
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
