import type { GatewayContext } from '../../request/context.ts';
import type { Run, RunError } from '../execution/run.ts';
import type { RootFetchNode } from '../planning/query-plan.ts';
import type { SubgraphResponse } from '../transport/endpoint.ts';

/** The result of an event. */
export interface CompletedEvent {
  /** JSON. */
  data: string;
  errors: readonly RunError[];
}

/** The part of a subscription that its subgraph is asked for. */
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
  complete(received: SubgraphResponse, context: GatewayContext): Promise<CompletedEvent>;
}

/** A plan's first fetch, which is no fetch here. */
export interface PlannedUpstream {
  operationWith(variables: Readonly<Record<string, unknown>>): UpstreamOperation;
  /** Brings an event's data to a run: what the subgraph sent, and what other subgraphs know of it. */
  fill(run: Run, received: SubgraphResponse): Promise<void>;
}

/** Makes it of the fetch that the planner wants. */
export function planUpstream(
  primary: RootFetchNode,
  url: string,
  fill: PlannedUpstream['fill'],
): PlannedUpstream {
  const { subgraph, operation: query, variables: names } = primary;
  return {
    fill,
    operationWith(variables) {
      const given = names.flatMap((name) =>
        variables[name] === undefined ? [] : [[name, variables[name]] as const],
      );
      return { subgraph, url, query, variables: Object.fromEntries(given) };
    },
  };
}
