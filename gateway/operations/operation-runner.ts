import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from '#observability/logger.ts';
import type { Engine } from '../engine/engine.ts';
import type { RunError } from '../engine/execution/run.ts';
import type { ResponsePath } from '../engine/execution/walk.ts';
import type { CompiledOperation, OperationResult } from '../engine/operation/compiled-operation.ts';
import type { Rest } from '../engine/response/parts.ts';
import type { AnsweredOperation, GatewayPlugin, Next, ResolvedOperation } from '../plugins/plugin.ts';
import type { GatewayContext } from '../request/context.ts';
import { formatError, gatewayError, toGraphQLError } from '../request/errors.ts';
import type { GraphqlRequest } from '../request/graphql-request.ts';
import { RefusedError } from '../request/refused-error.ts';
import {
  type Answer,
  type AnsweredParts,
  Refused,
  type RunnerResult,
  type Subscribed,
} from './runner-result.ts';

export interface OperationRunnerOptions {
  /** Of the supergraph that is served at the moment. */
  engine(): Engine;
  /** In the order in which operations pass them. */
  plugins: readonly GatewayPlugin[];
  log: Logger;
}

export interface RunOptions {
  /** Mutations are refused: GET is for reading. */
  isReadOnly?: boolean | undefined;
  /** The client takes answers in parts; the context lasts until the last one is taken. */
  takesParts?: boolean;
}

/** Runs operations, whichever door they came through. It never rejects: what goes wrong is in the result. */
export class OperationRunner {
  readonly #engine: () => Engine;
  readonly #hooks: Hooks;
  readonly #onBug: (error: unknown) => void;

  constructor({ engine, plugins, log }: OperationRunnerOptions) {
    this.#engine = engine;
    this.#hooks = hooksOf(plugins);
    this.#onBug = (err) => log.error({ err }, 'an operation failed');
  }

  /** Runs a query or a mutation. */
  run(request: GraphqlRequest, context: GatewayContext, options: RunOptions = {}): Promise<Refused | Answer> {
    return this.#run(request, context, options, refuseSubscription) as Promise<Refused | Answer>;
  }

  /** Runs an operation for a door that stays open. A subscription passes the plugins up to its run, and is begun. */
  begin(request: GraphqlRequest, context: GatewayContext, options: RunOptions = {}): Promise<RunnerResult> {
    return this.#run(request, context, options);
  }

  /** A result that came by no operation of its own, for example an event's, as clients get it. */
  answerOf({ data, errors }: Pick<OperationResult, 'data' | 'errors'>, requestId: string): Answer {
    return { kind: 'answer', data, errors: this.#formatAll(errors, requestId) };
  }

  /** What a door answers that refuses a request before there is an operation. */
  refuse(error: unknown, requestId: string): Refused {
    const errors = errorsOf(error);
    const http = errors[0]?.extensions['http'] as { status?: number } | undefined;
    const after = errors[0]?.extensions['retryAfterMs'];
    return new Refused(
      http?.status ?? 500,
      errors.map((each) => this.#format(each, requestId)),
      typeof after === 'number' ? after : undefined,
    );
  }

  async #run(
    sent: GraphqlRequest,
    context: GatewayContext,
    { isReadOnly, takesParts = false }: RunOptions,
    check?: (compiled: CompiledOperation) => void,
  ): Promise<RunnerResult> {
    const startedAt = performance.now();
    let compiled: CompiledOperation | undefined;
    const answered = (outcome: AnsweredOperation['outcome'], errors: readonly GraphQLFormattedError[]) => {
      const { type, name = sent.operationName } = compiled ?? {};
      const operation = { type, name, outcome, errors, durationMs: performance.now() - startedAt };
      for (const hook of this.#hooks.answered) hook(operation, context);
    };
    try {
      let request = sent;
      for (const hook of this.#hooks.received) request = await hook(request, context);
      if (request.query === '') throw noDocument();
      const { query, operationName } = request;
      const onLookup = (isKept: boolean) => context.span?.set({ 'fitme.gateway.plan.cached': isKept });
      compiled = await this.#engine().operation(query, operationName, context.viewer, onLookup);
      if (isReadOnly && compiled.type === 'mutation') throw onlyQueries();
      check?.(compiled);
      const operation = { compiled, request };
      for (const hook of this.#hooks.resolved) {
        const waited = hook(operation, context);
        if (waited !== undefined) await waited;
      }
      if (compiled.subscription !== undefined) {
        const subscription = await compiled.subscription.begin(request.variables);
        answered('ok', []);
        return { kind: 'subscription', subscription, again: (later) => this.#beginAgain(request, later) };
      }
      return this.#answer(await this.#execute(operation, context, takesParts), context, answered);
    } catch (error) {
      const refused = this.refuse(error, context.requestId);
      answered(refused.status < 500 ? 'refused' : 'error', refused.errors);
      return refused;
    }
  }

  #execute(
    operation: ResolvedOperation,
    context: GatewayContext,
    takesParts: boolean,
  ): Promise<OperationResult> {
    const { compiled, request } = operation;
    const innermost: Next = () =>
      takesParts && compiled.runInParts
        ? compiled.runInParts(request.variables, context)
        : compiled.run(request.variables, context);
    const run = this.#hooks.run.reduceRight<Next>(
      (next, hook) => () => hook(operation, context, next),
      innermost,
    );
    return run();
  }

  /** An operation is answered when there is nothing more to come. */
  #answer(
    { data, errors: faults, extensions, cacheControl, rest }: OperationResult,
    { requestId }: GatewayContext,
    answered: Answered,
  ): Answer {
    const errors = this.#formatAll(faults, requestId);
    const ended = (later: readonly GraphQLFormattedError[]) => {
      const all = later.length === 0 ? errors : [...errors, ...later];
      answered(all.length === 0 ? 'ok' : data === 'null' ? 'error' : 'partial', all);
    };
    if (rest === undefined) {
      ended([]);
      return { kind: 'answer', data, errors, extensions, cacheControl };
    }
    const following = this.#following(rest, requestId, ended);
    return { kind: 'answer', data, errors, extensions, parts: { pending: rest.pending, following } };
  }

  /** Parts with their errors as clients get them; `ended` is called when the last is taken, or nobody takes more. */
  async *#following(
    { pending: announced, parts }: Rest,
    requestId: string,
    ended: (errors: readonly GraphQLFormattedError[]) => void,
  ): AsyncGenerator<AnsweredParts> {
    const pending = new Map(announced.map((part) => [part.id, part]));
    const all: GraphQLFormattedError[] = [];
    try {
      for await (const { finished, ...following } of parts) {
        for (const { id } of finished) pending.delete(id);
        for (const part of following.pending) pending.set(part.id, part);
        const answered = finished.map((part) => ({
          ...part,
          errors: this.#formatAll(part.errors, requestId),
        }));
        all.push(...answered.flatMap(({ errors }) => errors));
        yield { finished: answered, ...following };
      }
    } catch (error) {
      const failure = (path: ResponsePath) => ({ ...this.#format(toGraphQLError(error), requestId), path });
      const lost = [...pending.values()].map((part) => ({
        ...part,
        data: 'null',
        errors: [failure(part.path)],
      }));
      all.push(...lost.flatMap(({ errors }) => errors));
      yield { finished: lost, pending: [], hasNext: false };
    } finally {
      ended(all);
    }
  }

  async #beginAgain(request: GraphqlRequest, context: GatewayContext): Promise<Subscribed> {
    const compiled = await this.#engine().operation(request.query, request.operationName, context.viewer);
    if (compiled.subscription === undefined) throw new Error('a subscription is one in every supergraph');
    const subscription = await compiled.subscription.begin(request.variables);
    return { kind: 'subscription', subscription, again: (later) => this.#beginAgain(request, later) };
  }

  #formatAll(errors: readonly RunError[], requestId: string): readonly GraphQLFormattedError[] {
    if (errors.length === 0) return NO_ERRORS;
    return errors.map(({ message, path, extensions }) =>
      this.#format(new GraphQLError(message, { extensions, ...(path && { path }) }), requestId),
    );
  }

  #format(error: GraphQLError, requestId: string): GraphQLFormattedError {
    const formatted = formatError(error.toJSON(), error, this.#onBug);
    return this.#hooks.error.reduce((each, hook) => hook(each, requestId), formatted);
  }
}

type Answered = (outcome: AnsweredOperation['outcome'], errors: readonly GraphQLFormattedError[]) => void;

/** The plugins' hooks, each kind in the plugins' order. */
type Hooks = { [Name in keyof GatewayPlugin]-?: NonNullable<GatewayPlugin[Name]>[] };

function hooksOf(plugins: readonly GatewayPlugin[]): Hooks {
  return {
    received: plugins.flatMap((plugin) => plugin.received?.bind(plugin) ?? []),
    resolved: plugins.flatMap((plugin) => plugin.resolved?.bind(plugin) ?? []),
    run: plugins.flatMap((plugin) => plugin.run?.bind(plugin) ?? []),
    error: plugins.flatMap((plugin) => plugin.error?.bind(plugin) ?? []),
    answered: plugins.flatMap((plugin) => plugin.answered?.bind(plugin) ?? []),
  };
}

const NO_ERRORS: readonly GraphQLFormattedError[] = [];

function errorsOf(error: unknown): readonly GraphQLError[] {
  return error instanceof RefusedError ? error.errors : [toGraphQLError(error)];
}

function refuseSubscription({ type }: CompiledOperation): void {
  if (type !== 'subscription') return;
  const message =
    'Subscriptions come over WebSocket, on this path with subprotocol graphql-transport-ws, or as server-sent events, at /graphql/stream.';
  throw gatewayError('BAD_REQUEST', message, { status: 400 });
}

/** No plugin found a document by its id. Clients know this by its message, and send the document from then on. */
function noDocument(): GraphQLError {
  return gatewayError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported', { status: 200 });
}

function onlyQueries(): GraphQLError {
  return gatewayError('BAD_REQUEST', 'GET is for queries: send this operation with POST.', { status: 405 });
}
