import { z } from 'zod';
import type { SubgraphPolicies } from './subgraph-policy.ts';

/** Names what executes operations. */
export type Engine = z.infer<typeof ENGINE_VARIABLES.ENGINE>;

export const ENGINE_VARIABLES = {
  ENGINE: z.enum(['compiled', 'apollo'], { error: 'takes compiled or apollo' }).default('compiled'),
};

interface Variables {
  ENGINE?: Engine;
  RESPONSE_CACHE?: boolean;
  PLANNER?: string | undefined;
  PLAN_TIMEOUT_MS?: number | undefined;
  OVERRIDE_LABELS?: readonly string[];
  SUBGRAPH_WS_URLS?: Readonly<Record<string, string>>;
  SUBGRAPH_POLICIES?: SubgraphPolicies;
}

const MESSAGES: Partial<Record<keyof Variables, string>> = {
  RESPONSE_CACHE: 'takes false with ENGINE=apollo: it does not tell which entities an answer holds',
  PLANNER: 'is left out with ENGINE=apollo, which has a planner of its own',
  PLAN_TIMEOUT_MS: 'is left out with ENGINE=apollo, which does not end a planning',
  OVERRIDE_LABELS: 'is left out with ENGINE=apollo, which knows no progressive override',
  SUBGRAPH_WS_URLS: 'is left out with ENGINE=apollo, which passes no subscriptions of subgraphs on',
  SUBGRAPH_POLICIES:
    'takes no anonymousPublic with ENGINE=apollo, which asks for public data like for any other',
};

/** The configuration refuses what ApolloGateway's executor cannot do: nothing is ignored without a word. */
export const ENGINE_RULES = [
  beyondApollo('RESPONSE_CACHE', ({ RESPONSE_CACHE }) => RESPONSE_CACHE !== true),
  beyondApollo('PLANNER', ({ PLANNER }) => PLANNER === undefined),
  beyondApollo('PLAN_TIMEOUT_MS', ({ PLAN_TIMEOUT_MS }) => PLAN_TIMEOUT_MS === undefined),
  beyondApollo('OVERRIDE_LABELS', ({ OVERRIDE_LABELS = [] }) => OVERRIDE_LABELS.length === 0),
  beyondApollo('SUBGRAPH_WS_URLS', ({ SUBGRAPH_WS_URLS = {} }) => Object.keys(SUBGRAPH_WS_URLS).length === 0),
  beyondApollo('SUBGRAPH_POLICIES', ({ SUBGRAPH_POLICIES = {} }) =>
    Object.values(SUBGRAPH_POLICIES).every(({ anonymousPublic }) => anonymousPublic !== true),
  ),
];

function beyondApollo(name: keyof Variables, isLeftOut: (read: Variables) => boolean) {
  return {
    holds: (read: Variables) => read.ENGINE !== 'apollo' || isLeftOut(read),
    path: [name],
    message: MESSAGES[name] ?? 'is left out with ENGINE=apollo, which cannot do it',
  };
}
