import type { GatewayContext } from '../../request/context.ts';
import type { Run } from '../execution/run.ts';
import type { RootFetchNode } from '../planning/query-plan.ts';
import type { SubgraphResponse } from '../transport/endpoint.ts';
import type { CompletedEvent } from './completed-event.ts';

/** What of a subscription its subgraph is asked for. */
export interface UpstreamOperation {
  subgraph: string;
  /** Where it speaks graphql-transport-ws. */
  url: string;
  query: string;
  variables: Record<string, unknown>;
}

/** A subscription that a subgraph serves; the gateway completes what it tells. */
export interface BegunPassThrough {
  upstream: UpstreamOperation;
  /** Makes the result of one event. Subgraphs that fail are errors of the result. */
  complete(told: SubgraphResponse, context: GatewayContext): Promise<CompletedEvent>;
}

/** Takes what a subgraph tells of itself as if it had been fetched. */
export type CompileTold = (primary: RootFetchNode) => (run: Run, told: SubgraphResponse) => Promise<void>;

/** A plan's first fetch, which is no fetch here. */
export interface PlannedUpstream {
  operationWith(variables: Readonly<Record<string, unknown>>): UpstreamOperation;
  take(run: Run, told: SubgraphResponse): Promise<void>;
}

/** Makes it of the fetch that the planner wants. */
export function planUpstream(primary: RootFetchNode, url: string, compileTold: CompileTold): PlannedUpstream {
  const { subgraph, operation: query, variables: names } = primary;
  return {
    take: compileTold(primary),
    operationWith(variables) {
      const given = names.flatMap((name) =>
        variables[name] === undefined ? [] : [[name, variables[name]] as const],
      );
      return { subgraph, url, query, variables: Object.fromEntries(given) };
    },
  };
}
