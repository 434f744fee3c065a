import { ApolloGateway, type GraphQLDataSource, type ServiceMap } from '@apollo/gateway';
import type { DocumentNode } from 'graphql';
import type { Logger } from '#observability/logger.ts';
import { defers } from '../engine/document/defer-rules.ts';
import { operationOf } from '../engine/document/fragments.ts';
import type { SubgraphEndpoints } from '../engine/execution/send.ts';
import type { CompiledOperation } from '../engine/operation/compiled-operation.ts';
import type {
  CompileOptions,
  Executor,
  ExecutorOptions,
  OperationExecution,
  PreparableOperation,
  PreparedOperation,
} from '../engine/operation/executor.ts';
import { compileOperation } from '../engine/operation/operation.ts';
import { isLive, type LoadedSupergraph } from '../engine/supergraph/supergraph.ts';
import { gatewayError } from '../request/errors.ts';
import { RefusedError } from '../request/refused-error.ts';
import { dataSourceOf } from './data-source.ts';
import { CLIENT_NAMES, takeResult, withTypenames } from './result.ts';
import { createSubscriptions, type Subscriptions } from './subscriptions.ts';

/**
 * Makes an executor of ApolloGateway: the reference that the compiled one is held against. It answers in one piece, and
 * shares nothing between requests but reads on their way.
 *
 * @throws where it does not take the supergraph
 */
export async function createApolloExecutor({ loaded, endpoints, log }: ExecutorOptions): Promise<Executor> {
  const services = servicesOf(loaded, endpoints);
  const gateway = new ApolloGateway({
    supergraphSdl: loaded.sdl,
    buildService: ({ name }) => services[name] ?? noService(name),
    __exposeQueryPlanExperimental: false,
    logger: quietLogger(log),
  });
  await gateway.load();
  return new ApolloExecutor(gateway, createSubscriptions(loaded, services));
}

class ApolloExecutor implements Executor, OperationExecution {
  readonly defers = false;
  readonly subscriptionNames = CLIENT_NAMES;
  readonly #gateway: ApolloGateway;
  readonly #subscriptions: Subscriptions;
  #prepared = 0;

  constructor(gateway: ApolloGateway, subscriptions: Subscriptions) {
    this.#gateway = gateway;
    this.#subscriptions = subscriptions;
  }

  async compile(document: DocumentNode, options: CompileOptions): Promise<CompiledOperation> {
    if (defers(document)) throw new RefusedError([noParts()]);
    options.onPlan();
    return compileOperation(document, options, this);
  }

  async prepare({ fetched }: PreparableOperation): Promise<PreparedOperation> {
    this.#prepared += 1;
    // ApolloGateway keeps plans by it.
    const queryHash = String(this.#prepared);
    const document = withTypenames(fetched);
    return {
      names: CLIENT_NAMES,
      // It plans when the operation first runs, for all values of conditions at once.
      plans: { used: () => [], plan: async () => {} },
      execute: async (run, variables) => {
        const { context } = run;
        const result = await this.#gateway.executor(
          requestContextOf({ document, operation: operationOf(document), queryHash, variables, context }),
        );
        takeResult(run, result);
      },
    };
  }

  planSubscription(document: DocumentNode) {
    return this.#subscriptions.plan(document);
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    void this.#gateway.stop();
  }
}

type RequestContext = Parameters<ApolloGateway['executor']>[0];

interface RequestParts extends Pick<RequestContext, 'document' | 'operation' | 'queryHash'> {
  variables: Readonly<Record<string, unknown>>;
  context: unknown;
}

/** ApolloGateway takes Apollo Server's request context; this holds the parts of it that it reads. */
function requestContextOf({ variables, context, ...parts }: RequestParts): RequestContext {
  const read = { ...parts, request: { variables }, operationName: null, context, metrics: {} };
  return read as unknown as RequestContext;
}

function servicesOf({ subgraphs }: LoadedSupergraph, endpoints: SubgraphEndpoints): ServiceMap {
  return Object.fromEntries(
    subgraphs.map((subgraph) => {
      const endpoint = isLive(subgraph) ? undefined : endpoints.get(subgraph.name);
      return [subgraph.name, endpoint ? dataSourceOf(endpoint) : noService(subgraph.name)];
    }),
  );
}

function noService(name: string): GraphQLDataSource {
  return { process: () => Promise.reject(new Error(`${name} answers subscriptions only`)) };
}

function noParts() {
  const message =
    'This gateway answers in one piece (ENGINE=apollo): leave @defer out, or ask its operators for ENGINE=compiled.';
  return gatewayError('BAD_REQUEST', message, { status: 400 });
}

/** ApolloGateway says much at info that our own lines say better. */
function quietLogger(log: Logger) {
  const debug = (message?: unknown) => log.debug({ detail: String(message) }, 'a part of apollo says');
  const warn = (message?: unknown) => log.warn({ detail: String(message) }, 'a part of apollo warns');
  return { debug, info: debug, warn, error: warn };
}
