import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from '#observability/logger.ts';
import type { Metrics, OperationOutcome } from '#observability/metrics.ts';
import type { Engine } from '../engine/engine.ts';
import type { RunError } from '../engine/execution/run.ts';
import type { ResponsePath } from '../engine/execution/walk.ts';
import type { OperationResult } from '../engine/operation/operation.ts';
import type { BegunSubscription } from '../engine/subscriptions/compiled-subscription.ts';
import type { BegunPassThrough } from '../engine/subscriptions/pass-through.ts';
import type { GraphqlRequest } from '../http/graphql-over-http.ts';
import type { GatewayPlugin, Next, ResolvedOperation } from '../plugins/plugin.ts';
import { recordOperation } from '../plugins/use-operation-log.ts';
import { withRequestId } from '../plugins/use-request-id.ts';
import type { GatewayContext } from '../request/context.ts';
import { formatError, gatewayError, toGraphQLError } from '../request/errors.ts';
import { nameOperation } from '../request/operation-span.ts';
import { RefusedError } from '../request/refused-error.ts';
import { firstMembers, followingAnswers, type IncrementalFormat } from './incremental.ts';

/** Runs operations with the compiled engine, whichever door they came through. */
export interface OperationRunner {
  /**
   * Never rejects: what goes wrong is told in the answer. Who takes answers in parts says in which format; the context
   * lasts until the last one is taken.
   */
  run(
    request: GraphqlRequest,
    context: GatewayContext,
    allow: Allowed,
    format?: IncrementalFormat,
  ): Promise<OperationAnswer>;
  /**
   * Runs an operation for a door that stays open. A subscription passes the plugins up to its run, and is begun.
   * Never rejects.
   */
  begin(
    request: GraphqlRequest,
    context: GatewayContext,
    options?: BeginOptions,
  ): Promise<OperationAnswer | BegunOperation>;
  /** A result as clients get it: JSON. */
  write(result: OperationResult, requestId: string): string;
  /** What a door answers that refuses a request before there is an operation. */
  refuse(error: unknown, requestId: string): OperationAnswer;
}

/** GET is for queries alone. */
export type Allowed = 'queries' | 'queries and mutations';

export interface BeginOptions {
  /** In which a client takes answers in parts. */
  format?: IncrementalFormat;
  /** Mutations are refused. */
  isReadOnly?: boolean | undefined;
}

/** A subscription that is ready to listen. */
export interface BegunOperation {
  subscription: BegunSubscription | BegunPassThrough;
  /**
   * Begins it again, with the engine and for the viewer of that moment: what it was once let through for holds.
   * Never rejects.
   */
  again(context: GatewayContext): Promise<OperationAnswer | BegunOperation>;
}

export interface OperationAnswer {
  /** HTTP's. */
  status: number;
  /** When a client that was refused may try again. */
  retryAfterMs?: number;
  /** A JSON text. */
  body: string;
  /** Nothing was run, whatever the status: to some clients a refusal is a step of a protocol. */
  isRefused?: boolean;
  /** Further ones that follow it, for who takes answers in parts: made as they are read, and never failing. */
  more?: AsyncIterable<string>;
  /** Of HTTP; undefined where nobody may keep the answer. */
  cacheControl?: string | undefined;
}

export interface OperationRunnerOptions {
  /** Of the supergraph that is served at the moment. */
  engine(): Engine;
  /** In the order in which operations pass them. */
  plugins: readonly GatewayPlugin[];
  log: Logger;
  metrics: Metrics;
}

/** Makes the runner of a gateway. */
export function createOperationRunner({
  engine,
  plugins,
  log,
  metrics,
}: OperationRunnerOptions): OperationRunner {
  const onBug = (err: unknown) => log.error({ err }, 'an operation failed');
  const format = (error: GraphQLError, requestId: string) =>
    withRequestId(formatError(error.toJSON(), error, onBug), requestId);
  const received = plugins.flatMap((plugin) => plugin.received?.bind(plugin) ?? []);
  const resolved = plugins.flatMap((plugin) => plugin.resolved?.bind(plugin) ?? []);
  const around = plugins.flatMap((plugin) => plugin.run?.bind(plugin) ?? []);

  async function runThrough(
    operation: ResolvedOperation,
    context: GatewayContext,
    isInParts: boolean,
  ): Promise<OperationResult> {
    const { compiled, request } = operation;
    for (const hear of resolved) await hear(operation, context);
    const innermost: Next = () =>
      isInParts && compiled.runInParts
        ? compiled.runInParts(request.variables, context)
        : compiled.run(request.variables, context);
    const run = around.reduceRight<Next>((next, wrap) => () => wrap(operation, context, next), innermost);
    return run();
  }

  function refusalOf(error: unknown, requestId: string) {
    const errors = error instanceof RefusedError ? error.errors : [toGraphQLError(error)];
    const http = errors[0]?.extensions['http'] as { status?: number } | undefined;
    const after = errors[0]?.extensions['retryAfterMs'];
    return {
      status: http?.status ?? 500,
      ...(typeof after === 'number' && { retryAfterMs: after }),
      errors: errors.map((each) => format(each, requestId)),
    };
  }

  /** It is recorded when there is nothing more to come. */
  function answerOf(
    result: OperationResult,
    parts: IncrementalFormat | undefined,
    { requestId, record }: { requestId: string; record: Recording },
  ): OperationAnswer {
    const tell = (faults: readonly RunError[]) => faults.map((fault) => format(toError(fault), requestId));
    const errors = tell(result.errors);
    const ended = (later: readonly GraphQLFormattedError[]) => {
      const all = [...errors, ...later];
      record(all.length === 0 ? 'ok' : result.data === 'null' ? 'error' : 'partial', all);
    };
    const { rest } = result;
    if (rest === undefined || parts === undefined) {
      ended([]);
      return { status: 200, body: `${bodyOf(result, errors)}\n`, cacheControl: result.cacheControl };
    }
    const failure = (error: unknown, path: ResponsePath) => ({
      ...format(toGraphQLError(error), requestId),
      path,
    });
    const more = followingAnswers(rest, { format: parts, tell, failure, ended });
    return { status: 200, body: bodyOf(result, errors, firstMembers(rest, parts)), more };
  }

  async function beginAgain(
    request: GraphqlRequest,
    context: GatewayContext,
  ): Promise<OperationAnswer | BegunOperation> {
    try {
      const compiled = await engine().operation(request.query, request.operationName, context.viewer);
      if (compiled.subscription === undefined) throw new Error('a subscription is one in every supergraph');
      const subscription = await compiled.subscription.begin(request.variables);
      return { subscription, again: (later) => beginAgain(request, later) };
    } catch (error) {
      const { errors, ...refusal } = refusalOf(error, context.requestId);
      return { ...refusal, body: JSON.stringify({ errors }), isRefused: true };
    }
  }

  async function answer(
    sent: GraphqlRequest,
    context: GatewayContext,
    allow: Allowed | 'all' | 'all but mutations',
    parts: IncrementalFormat | undefined,
  ): Promise<OperationAnswer | BegunOperation> {
    const { requestId } = context;
    const startedAt = performance.now();
    let name = sent.operationName;
    const record: Recording = (outcome, errors) =>
      recordOperation({ log, metrics }, { context, startedAt, name, outcome, errors });
    try {
      let request = sent;
      for (const hear of received) request = await hear(request, context);
      if (request.query === '') throw noDocument();
      const tellCached = (isKept: boolean) => context.span?.set({ 'fitme.gateway.plan.cached': isKept });
      const compiled = await engine().operation(
        request.query,
        request.operationName,
        context.viewer,
        tellCached,
      );
      ({ name } = compiled);
      if (context.span) nameOperation(context.span, compiled.type, name);
      if (allow === 'queries' && compiled.type !== 'query') throw onlyQueries();
      if (allow === 'all but mutations' && compiled.type === 'mutation') throw onlyQueries();
      if (compiled.subscription !== undefined) {
        if (!allow.startsWith('all')) throw wrongDoor();
        for (const hear of resolved) await hear({ compiled, request }, context);
        const subscription = await compiled.subscription.begin(request.variables);
        record('ok', []);
        return { subscription, again: (later) => beginAgain(request, later) };
      }
      const result = await runThrough({ compiled, request }, context, parts !== undefined);
      return answerOf(result, parts, { requestId, record });
    } catch (error) {
      const { errors, ...refusal } = refusalOf(error, requestId);
      record(refusal.status < 500 ? 'refused' : 'error', errors);
      return { ...refusal, body: `${JSON.stringify({ errors })}\n`, isRefused: true };
    }
  }

  return {
    run: (request, context, allow, parts) =>
      answer(request, context, allow, parts) as Promise<OperationAnswer>,
    begin: (request, context, { format, isReadOnly } = {}) =>
      answer(request, context, isReadOnly ? 'all but mutations' : 'all', format),
    write(result, requestId) {
      const errors = result.errors.map((fault) => format(toError(fault), requestId));
      return bodyOf(result, errors);
    },
    refuse(error, requestId) {
      const { status, errors } = refusalOf(error, requestId);
      return { status, body: `${JSON.stringify({ errors })}\n` };
    },
  };
}

type Recording = (outcome: OperationOutcome, errors: readonly GraphQLFormattedError[]) => void;

function bodyOf(
  { data, extensions }: OperationResult,
  errors: readonly GraphQLFormattedError[],
  members = '',
): string {
  const told = errors.length === 0 ? '' : `"errors":${JSON.stringify(errors)},`;
  const further = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
  return `{${told}"data":${data}${further}${members}}`;
}

function toError({ message, path, extensions }: RunError): GraphQLError {
  return new GraphQLError(message, { extensions, ...(path && { path }) });
}

/** No plugin found a document by its id. Clients know this by its message, and send the document from then on. */
function noDocument(): GraphQLError {
  return gatewayError('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported', { status: 200 });
}

function wrongDoor(): GraphQLError {
  const message =
    'Subscriptions come over WebSocket, on this path with subprotocol graphql-transport-ws, or as server-sent events, at /graphql/stream.';
  return gatewayError('BAD_REQUEST', message, { status: 400 });
}

function onlyQueries(): GraphQLError {
  return gatewayError('BAD_REQUEST', 'GET is for queries: send this operation with POST.', { status: 405 });
}
