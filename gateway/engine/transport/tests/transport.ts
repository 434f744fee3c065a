import { createLogger } from '#observability/logger.ts';
import { createMetrics } from '#observability/metrics.ts';
import { type FaultySubgraph, startFaultySubgraph } from '#tests/fixtures/faulty-subgraph.ts';
import { CALL_MS } from '#tests/patience.ts';
import type { SubgraphPolicy } from '../../../config/subgraph-policy.ts';
import { createContext, type DisposableContext } from '../../../request/context.ts';
import type { FetchKind, SubgraphResponse } from '../endpoint.ts';
import { createSubgraphFetcher, type SubgraphFetcher } from '../subgraph-fetcher.ts';

/** A fetcher before one subgraph that does what it is told. */
export interface Transport {
  subgraph: FaultySubgraph;
  fetcher: SubgraphFetcher;
  /** Asks it as one client that waits for this long. */
  ask(options?: AskOptions): Asked;
  /** A client's request is here, and asks it later. */
  arrive(options?: AskOptions): { ask(): Asked };
  /** Value of a metric by its labels, as Prometheus' text has them. */
  metric(series: string): Promise<number>;
  /** Messages of the lines logged so far, each with its code. */
  lines: string[];
  close(): Promise<void>;
}

export interface AskOptions {
  kind?: FetchKind | undefined;
  body?: string;
  timeoutMs?: number;
  headers?: Record<string, string>;
}

export interface Asked {
  answer: Promise<SubgraphResponse>;
  /** OK, or the code of the first error. */
  code: Promise<unknown>;
  /** The client goes away. */
  leave(): void;
}

export interface TransportOptions extends Partial<SubgraphPolicy> {
  forwarded?: readonly string[];
}

/** Starts both. */
export async function startTransport({
  forwarded = [],
  ...policy
}: TransportOptions = {}): Promise<Transport> {
  const subgraph = await startFaultySubgraph();
  const lines: string[] = [];
  const metrics = createMetrics({ process: false });
  const log = createLogger(
    { level: 'info', name: 'transport' },
    { write: (line) => void lines.push(textOf(JSON.parse(line))) },
  );
  const fetcher = createSubgraphFetcher({
    policies: { things: policy },
    headers: { things: forwarded },
    metrics,
    log,
  });
  const endpoint = fetcher.endpoint('things', subgraph.url);
  const contexts: DisposableContext[] = [];

  function arrive({
    kind = 'query',
    body = '{"query":"{ thing }"}',
    timeoutMs = CALL_MS,
    headers = {},
  }: AskOptions = {}) {
    const context = createContext({
      requestId: 'r-1',
      viewer: null,
      timeoutMs,
      header: (name) => headers[name],
    });
    contexts.push(context);
    return {
      ask() {
        const answer = endpoint.send(body, context, kind);
        const code = answer.then(({ errors }) => errors?.[0]?.extensions?.['code'] ?? 'OK');
        return { answer, code, leave: () => context.abort() };
      },
    };
  }

  return {
    subgraph,
    fetcher,
    lines,
    arrive,
    ask: (options) => arrive(options).ask(),
    async metric(series) {
      const line = (await metrics.render()).split('\n').find((each) => each.startsWith(`${series} `));
      return Number(line?.split(' ').at(-1) ?? 0);
    },
    async close() {
      await fetcher.close();
      await subgraph.die();
      for (const context of contexts) context[Symbol.dispose]();
    },
  };
}

function textOf({ msg, code }: { msg: string; code?: string }): string {
  return code === undefined ? msg : `${msg} (${code})`;
}
