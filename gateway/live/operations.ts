import { randomUUID } from 'node:crypto';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { Metrics } from '#observability/metrics.ts';
import { type RunningSpan, withTraceparent } from '#observability/tracing.ts';
import type { ServiceIdentity } from '#platform/tokens/service-identity.ts';
import { requireViewer } from '#platform/viewer.ts';
import { createContext, type DisposableContext, type GatewayContext, headerReader } from '../context.ts';
import { gatewayError, toGraphQLError } from '../errors.ts';
import { withOperationSpan } from '../operation-span.ts';
import { createCohorts } from './cohort.ts';
import type { SubscriptionRequest } from './delivery.ts';
import type { LiveHub } from './hub.ts';
import type {
  CompletedText,
  LiveEngine,
  OperationRequest,
  ReadyPassThrough,
  ReadySubscription,
} from './live-engine.ts';
import { liveMessage } from './message.ts';
import type { PassThrough } from './pass-through.ts';
import { completePatiently } from './patience.ts';
import type { Payload } from './payload.ts';
import type { Receiver } from './receiver.ts';
import { RefusedOperation } from './refused-operation.ts';
import { createRunning } from './running.ts';
import type { Session } from './sessions.ts';
import { createSharedMessages } from './shared-messages.ts';
import { beginSubscription, type MoveOptions, type Subscription } from './subscription.ts';

/** On whose behalf, and for how long. */
export interface OperationCaller {
  session: Session;
  requestId: string;
  /** Aborts when the connection is gone. */
  signal: AbortSignal;
  header(name: string): string | undefined;
  /** W3C traceparent of what the client did to send the operation. */
  traceparent?: string | undefined;
  /** Where the client resumes, whatever the operation says: the cursor of the last event that it has. */
  lastEventId?: string | undefined;
}

/** An operation under way. */
export interface LiveOperation {
  /** The client wants no more of it: all that it started ends. Its receiver is told nothing more. */
  end(): void;
  /** Resolves when it is under way, or was refused; where it is answered at once, when that is done. */
  begun: Promise<void>;
}

/** Runs operations for connections that stay. It knows no socket. */
export interface LiveOperations {
  /** Running subscriptions. */
  subscriptions(): number;
  /** Begins an operation, whose results go to the receiver. What refuses it goes there as well. */
  begin(request: OperationRequest, caller: OperationCaller, receiver: Receiver): LiveOperation;
  /** What a client is told of an error. */
  errorsOf(error: unknown, requestId: string): readonly GraphQLFormattedError[];
  /**
   * Has every subscription go on under the supergraph of its moment, in no order over this time: a plan is made once, and
   * yet all of them at once would be heard.
   */
  moveAll(spreadMs: number): void;
  /** Stops what is under way for several; what is one client's own ends with the client. */
  close(): void;
}

/** What makes results of events, whoever tells them. */
interface Completes<Told> {
  complete(told: Told, context: GatewayContext): Promise<CompletedText>;
}

/** How a completion is called. */
interface CompletionCall {
  /** Ends the waiting for subgraphs that are away. */
  signal: AbortSignal;
  /** On whose behalf. */
  open(): DisposableContext | Promise<DisposableContext>;
}

export interface LiveOperationsOptions {
  engine: LiveEngine;
  hub: LiveHub;
  passThrough: PassThrough;
  /** Under which what is shared is read, and nothing else can be. */
  identity: ServiceIdentity;
  maxLag: number;
  /** Most subscriptions of one person at a time. */
  maxPerViewer: number;
  metrics: Metrics;
  timeoutMs: number;
  /** An error as a client gets it. */
  formatError(error: GraphQLError, requestId: string): GraphQLFormattedError;
  onFault(error: unknown): void;
}

/** Makes the operations of a gateway's live doors. */
export function createLiveOperations(options: LiveOperationsOptions): LiveOperations {
  const { engine, hub, passThrough, identity, maxLag, maxPerViewer, metrics, timeoutMs } = options;
  const { formatError, onFault } = options;
  const cohorts = createCohorts({ metrics, onFault });
  const messages = createSharedMessages();
  const closing = new AbortController();
  const running = createRunning(maxPerViewer);

  async function listen(begun: ReadySubscription | ReadyPassThrough, caller: OperationCaller) {
    const place = running.enter(caller.session.viewer?.id ?? null);
    if (place === null) throw tooManySubscriptions();
    let unlisten = () => {};
    const ended = () => {
      unlisten();
      place.over();
    };
    try {
      const subscription =
        'upstream' in begun
          ? passOn(begun, caller, ended)
          : await beginSubscription(
              { hub, cohorts, messages, maxLag, metrics, ended },
              requestOf(begun, caller),
            );
      const move = (options: MoveOptions) => subscription.move(() => judgeAgain(begun, caller), options);
      place.begun(move);
      unlisten = caller.session.onRightsChanged(() => move({ authorize: true }));
      return subscription;
    } catch (error) {
      ended();
      throw error;
    }
  }

  function tooManySubscriptions(): GraphQLError {
    metrics.live.refused('subscriptions_per_viewer');
    const message = `You run ${maxPerViewer} subscriptions already: end one first.`;
    return gatewayError('RESOURCE_EXHAUSTED', message);
  }

  async function judgeAgain(
    begun: ReadySubscription | ReadyPassThrough,
    caller: OperationCaller,
  ): Promise<SubscriptionRequest | null> {
    using context = contextOf(caller);
    const ready = await begun.again(context);
    return 'upstream' in ready ? null : requestOf(ready, caller);
  }

  function requestOf(ready: ReadySubscription, caller: OperationCaller): SubscriptionRequest {
    const { field, args, shared } = ready;
    const viewer = () => requireViewer(caller.session.viewer);
    const { id: viewerId, scopes } = viewer();
    const mayShare = shared?.scopes.every((scope) => scopes.has(scope)) === true;
    return {
      field,
      args: caller.lastEventId === undefined ? args : { ...args, after: caller.lastEventId },
      viewer,
      viewerId,
      requestId: caller.requestId,
      complete: (payload, signal) => complete(ready, payload, { signal, open: () => contextOf(caller) }),
      shared: mayShare ? { key: shared.key, complete: sharedCompletion(ready) } : null,
      describe: (error, cursor) => describe(error, caller.requestId, cursor),
    };
  }

  function passOn(ready: ReadyPassThrough, caller: OperationCaller, ended: () => void): Subscription {
    return passThrough.begin({
      upstream: ready.upstream,
      header: caller.header,
      complete: (told, signal) => complete(ready, told, { signal, open: () => contextOf(caller) }),
      ended,
    });
  }

  function sharedCompletion(ready: ReadySubscription) {
    const { signal } = closing;
    return (payload: Payload) => complete(ready, payload, { signal, open: sharedContext });
  }

  /** A completion that fails is told in its place: the event happened nevertheless. */
  function complete<Told>(ready: Completes<Told>, told: Told, { signal, open }: CompletionCall) {
    return completePatiently(async () => {
      using context = await open();
      try {
        return await ready.complete(told, context);
      } catch (error) {
        return { body: describe(error, context.requestId, null), isWhole: true };
      }
    }, signal);
  }

  function errorsOf(error: unknown, requestId: string): readonly GraphQLFormattedError[] {
    return error instanceof RefusedOperation ? error.errors : [formatError(toGraphQLError(error), requestId)];
  }

  function describe(error: unknown, requestId: string, cursor: string | null): string {
    const errors = errorsOf(error, requestId).map((each) =>
      cursor === null ? each : { ...each, extensions: { ...each.extensions, cursor } },
    );
    return JSON.stringify({ errors });
  }

  function contextOf({ session, requestId, signal, header }: OperationCaller): DisposableContext {
    return createContext({ requestId, viewer: session.viewer, header, parent: signal, timeoutMs });
  }

  /** Of a completion that is nobody's own. */
  async function sharedContext(): Promise<DisposableContext> {
    const requestId = randomUUID();
    const authorization = `Bearer ${await identity.token()}`;
    const own = { authorization, 'x-request-id': requestId, 'x-forwarded-for': undefined };
    return createContext({
      requestId,
      viewer: null,
      timeoutMs,
      header: headerReader(own, () => undefined),
    });
  }

  return {
    subscriptions: running.size,
    moveAll: (spreadMs) => running.moveAll(spreadMs, closing.signal),
    close: () => closing.abort(new DOMException('The gateway shuts down.', 'AbortError')),
    errorsOf,
    begin(request, caller, receiver) {
      const context = contextOf(caller);
      let subscription: Subscription | undefined;
      let isEnded = false;

      async function run(span: RunningSpan): Promise<void> {
        const begun = await engine.begin(request, { ...context, span }).catch(refusalOf);
        if (isEnded) return;
        // No fault of ours that a span should tell.
        if (begun instanceof RefusedOperation) return receiver.fail(begun);
        if ('body' in begun) {
          receiver.send(liveMessage(begun.body, null));
          for await (const part of begun.more ?? []) {
            if (isEnded) return;
            receiver.send(liveMessage(part, null));
          }
          receiver.complete();
          return;
        }
        subscription = await listen(begun, caller);
        if (isEnded) subscription.end();
        else subscription.start(receiver);
      }

      // Of the beginning alone: deliveries have traces of their own.
      const begun = withTraceparent(caller.traceparent, () => withOperationSpan(caller.requestId, run))
        .catch((error: unknown) => {
          if (!isEnded) receiver.fail(error);
        })
        .finally(() => context[Symbol.dispose]());
      return {
        begun,
        end() {
          isEnded = true;
          context.abort();
          subscription?.end();
        },
      };
    },
  };
}

function refusalOf(error: unknown): RefusedOperation {
  if (error instanceof RefusedOperation) return error;
  throw error;
}
