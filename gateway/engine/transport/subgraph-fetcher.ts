import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import { policyOf, type SubgraphPolicies, type SubgraphPolicy } from '../../config/subgraph-policy.ts';
import type { Endpoint } from './endpoint.ts';
import { type OpenSubgraph, openSubgraph } from './open-subgraph.ts';

/** Subgraphs over HTTP. What is known of one, its breaker above all, outlives the supergraph that names it. */
export interface SubgraphFetcher {
  endpoint(name: string, url: string): Endpoint;
  /** Forgets the subgraphs at all URLs but these, and closes their connections when their requests are done. */
  retain(urls: ReadonlySet<string>): void;
  close(): Promise<void>;
}

export interface SubgraphFetchOptions extends Partial<SubgraphPolicy> {
  /** By subgraph, in place of what these options say for all. */
  policies?: SubgraphPolicies;
  /** Names of client headers by subgraph, lower case; those of "*" go to every one. */
  headers: Readonly<Record<string, readonly string[]>>;
  metrics: Metrics;
  log: Logger;
}

/** Makes the fetcher of a gateway. */
export function createSubgraphFetcher(options: SubgraphFetchOptions): SubgraphFetcher {
  const { policies = {}, headers, metrics, log, ...base } = options;
  const opened = new Map<string, OpenSubgraph>();
  /** Not served any more, but somebody still waits for them. */
  const retired = new Set<OpenSubgraph>();
  metrics.watchSubgraphs(() => [...opened.values()].map(({ state }) => state()));

  function open(name: string, url: string): OpenSubgraph {
    const key = `${name} ${url}`;
    let subgraph = opened.get(key);
    if (subgraph === undefined) {
      const forwarded = [...(headers['*'] ?? []), ...(headers[name] ?? [])];
      subgraph = openSubgraph({ name, url, forwarded, policy: policyOf(name, base, policies), metrics, log });
      opened.set(key, subgraph);
    }
    return subgraph;
  }

  return {
    endpoint(name, url) {
      let subgraph: OpenSubgraph | undefined;
      return {
        send(body, context, kind) {
          // An operation may outlive the supergraph that it was planned for, and its subgraph must then be there again.
          if (subgraph === undefined || subgraph.isRetired()) subgraph = open(name, url);
          return subgraph.endpoint.send(body, context, kind);
        },
      };
    },
    retain(urls) {
      for (const [key, subgraph] of opened) {
        if (urls.has(subgraph.url)) continue;
        opened.delete(key);
        retired.add(subgraph);
        void subgraph.retire().then(() => retired.delete(subgraph));
      }
    },
    async close() {
      await Promise.all([...opened.values(), ...retired].map((subgraph) => subgraph.destroy()));
      opened.clear();
    },
  };
}
