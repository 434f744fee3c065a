import {
  ApolloGateway,
  type GraphQLDataSource,
  type ServiceMap,
  type SupergraphSdlUpdateFunction,
} from '@apollo/gateway';
import type { Logger } from '#observability/logger.ts';
import { isLive, type LoadedSupergraph, type SubgraphEndpoint } from '../engine/supergraph/supergraph.ts';
import type { Endpoint } from '../engine/transport/endpoint.ts';
import { type Complete, createCompletion } from './complete.ts';
import { dataSourceOf } from './data-source.ts';
import { createSubscriptionPlanner, type SubscriptionPlanner } from './subscription-plan.ts';

/** What Apollo's parts make of one supergraph. */
export interface StockGraph {
  loaded: LoadedSupergraph;
  planner: SubscriptionPlanner;
  complete: Complete;
}

type EndpointOf = (subgraph: SubgraphEndpoint) => Endpoint;

/** Builds it. Throws where a live field of the supergraph cannot be served. */
export function buildStockGraph(loaded: LoadedSupergraph, endpointOf: EndpointOf): StockGraph {
  const planner = createSubscriptionPlanner(loaded);
  const services: ServiceMap = Object.fromEntries(
    loaded.subgraphs.map((subgraph) => [subgraph.name, sourceOf(subgraph, endpointOf)]),
  );
  return { loaded, planner, complete: createCompletion({ loaded, planner, services }) };
}

/** ApolloGateway, which is told of each supergraph. */
export interface StockGateway {
  gateway: ApolloGateway;
  /** Throws where it does not take the supergraph. */
  update(sdl: string): void;
}

/** Makes ApolloGateway of the supergraph that `sdl` answers once it starts. */
export function createStockGateway(sdl: () => string, endpointOf: EndpointOf, log: Logger): StockGateway {
  let update: SupergraphSdlUpdateFunction | undefined;
  const gateway = new ApolloGateway({
    supergraphSdl: async (callbacks) => {
      update = callbacks.update;
      return { supergraphSdl: sdl() };
    },
    buildService: ({ name, url = '' }) => sourceOf({ name, url }, endpointOf),
    __exposeQueryPlanExperimental: false,
    logger: quietLogger(log),
  });
  return { gateway, update: (next) => update?.(next) };
}

function sourceOf(subgraph: SubgraphEndpoint, endpointOf: EndpointOf): GraphQLDataSource {
  if (isLive(subgraph))
    return { process: () => Promise.reject(new Error(`${subgraph.name} answers subscriptions only`)) };
  return dataSourceOf(endpointOf(subgraph));
}

/** Apollo's parts tell much at info that our own lines tell better. */
function quietLogger(log: Logger) {
  const debug = (message?: unknown) => log.debug({ detail: String(message) }, 'a part of apollo says');
  const warn = (message?: unknown) => log.warn({ detail: String(message) }, 'a part of apollo warns');
  return { debug, info: debug, warn, error: warn };
}
