import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { Metrics } from '#observability/metrics.ts';
import { type RunningSpan, withTraceparent } from '#observability/tracing.ts';
import { requireViewer } from '#platform/viewer.ts';
import type { BegunSubscription } from '../../engine/subscriptions/compiled-subscription.ts';
import type { BegunPassThrough } from '../../engine/subscriptions/pass-through.ts';
import type { Payload } from '../../engine/subscriptions/payload.ts';
import { answerText, followingTexts } from '../../operations/answer-text.ts';
import type { Answer, Subscribed } from '../../operations/runner-result.ts';
import { gatewayError } from '../../request/errors.ts';
import { withOperationSpan } from '../../request/operation-span.ts';
import { createCohorts } from '../delivery/cohort.ts';
import type { SubscriptionRequest } from '../delivery/delivery.ts';
import { liveMessage } from '../delivery/message.ts';
import type { Receiver } from '../delivery/receiver.ts';
import { createSharedMessages } from '../delivery/shared-messages.ts';
import { beginSubscription, type MoveOptions, type Subscription } from '../delivery/subscription.ts';
import type { LiveHub } from '../topics/hub.ts';
import { type CompletionsOptions, createCompletions } from './completions.ts';
import type { LiveRequest, OperationCaller } from './operation-caller.ts';
import type { PassThrough } from './pass-through.ts';
import { createRunning } from './running.ts';

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
  begin(request: LiveRequest, caller: OperationCaller, receiver: Receiver): LiveOperation;
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

export interface LiveOperationsOptions extends CompletionsOptions {
  hub: LiveHub;
  passThrough: PassThrough;
  maxLag: number;
  /** Most subscriptions of one person at a time. */
  maxPerViewer: number;
  /** Of messages that many get; what createSharedMessages says where left out. */
  messagesKeptMs: number | undefined;
  metrics: Metrics;
  onFault(error: unknown): void;
}

/** Makes the operations of a gateway's live doors. */
export function createLiveOperations(options: LiveOperationsOptions): LiveOperations {
  const { runner, hub, passThrough, maxLag, maxPerViewer, metrics, onFault } = options;
  const { contextOf, sharedContext, complete, describe, errorsOf } = createCompletions(options);
  const cohorts = createCohorts({ metrics, onFault });
  const messages = createSharedMessages(options.messagesKeptMs);
  const closing = new AbortController();
  const running = createRunning(maxPerViewer);

  async function listen({ subscription: begun, again }: Subscribed, caller: OperationCaller) {
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
      const move = (how: MoveOptions) => subscription.move(() => judgeAgain(again, caller), how);
      const judge = () => move({ authorize: true });
      place.begun(move);
      unlisten = caller.session.onRightsChanged(judge);
      return { subscription, judge };
    } catch (error) {
      ended();
      throw error;
    }
  }

  function tooManySubscriptions(): GraphQLError {
    metrics.live.refused('subscriptions_per_viewer');
    const message = `You run ${maxPerViewer} subscriptions already: end one first.`;
    return gatewayError('RESOURCE_EXHAUSTED', message, { reason: 'OPEN_OPERATION_LIMIT' });
  }

  async function judgeAgain(
    again: Subscribed['again'],
    caller: OperationCaller,
  ): Promise<SubscriptionRequest | null> {
    using context = contextOf(caller);
    const { subscription } = await again(context);
    return 'upstream' in subscription ? null : requestOf(subscription, caller);
  }

  function requestOf(ready: BegunSubscription, caller: OperationCaller): SubscriptionRequest {
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

  function passOn(ready: BegunPassThrough, caller: OperationCaller, ended: () => void): Subscription {
    return passThrough.begin({
      upstream: ready.upstream,
      header: caller.header,
      complete: (told, signal) => complete(ready, told, { signal, open: () => contextOf(caller) }),
      ended,
    });
  }

  function sharedCompletion(ready: BegunSubscription) {
    const { signal } = closing;
    return (payload: Payload) => complete(ready, payload, { signal, open: sharedContext });
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
        const { isReadOnly, ...asked } = request;
        // Who writes @defer in what goes over a stream takes further messages: nothing else tells.
        const result = await runner.begin(asked, { ...context, span }, { isReadOnly, takesParts: true });
        if (isEnded) return;
        // It is no fault of ours that a span should show.
        if (result.kind === 'refused') return receiver.fail(result);
        if (result.kind === 'answer') return sendAnswer(result, receiver, () => isEnded);
        const listening = await listen(result, caller);
        ({ subscription } = listening);
        if (isEnded) return subscription.end();
        subscription.start(receiver);
        // A fresh token may have come in between.
        if (caller.session.viewer !== context.viewer) listening.judge();
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

const PARTS_FORMAT = '20220824';

/** Sends an answer, and what follows it until the client wants no more. */
async function sendAnswer(answer: Answer, receiver: Receiver, isEnded: () => boolean): Promise<void> {
  receiver.send(liveMessage(answerText(answer, PARTS_FORMAT), null));
  if (answer.parts !== undefined) {
    for await (const text of followingTexts(answer.parts, PARTS_FORMAT)) {
      if (isEnded()) return;
      receiver.send(liveMessage(text, null));
    }
  }
  receiver.complete();
}
