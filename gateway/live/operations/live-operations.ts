import type { GraphQLFormattedError } from 'graphql';
import type { Metrics } from '#observability/metrics.ts';
import { type RunningSpan, withTraceparent } from '#observability/tracing.ts';
import { requireViewer } from '#platform/viewer.ts';
import type { BegunSubscription } from '../../engine/subscriptions/compiled-subscription.ts';
import type { BegunPassThrough } from '../../engine/subscriptions/pass-through.ts';
import type { Payload } from '../../engine/subscriptions/payload.ts';
import { answerText, followingTexts } from '../../operations/answer-text.ts';
import type { OperationRunner } from '../../operations/operation-runner.ts';
import type { Answer, Subscribed } from '../../operations/runner-result.ts';
import type { DisposableContext } from '../../request/context.ts';
import { gatewayError } from '../../request/errors.ts';
import { withOperationSpan } from '../../request/operation-span.ts';
import { Cohorts } from '../delivery/cohort.ts';
import type { SubscriptionRequest } from '../delivery/delivery.ts';
import { liveMessage, type Receiver } from '../delivery/message.ts';
import { createSharedMessages, type SharedMessages } from '../delivery/shared-messages.ts';
import { beginSubscription, type MoveOptions, type Subscription } from '../delivery/subscription.ts';
import type { LiveHub } from '../topics/hub.ts';
import { Completions, type CompletionsOptions } from './completions.ts';
import type { LiveRequest, OperationCaller } from './operation-caller.ts';
import type { PassThrough } from './pass-through.ts';
import { createRunning, type Running } from './running.ts';

export interface LiveOperationsOptions extends CompletionsOptions {
  hub: LiveHub;
  passThrough: PassThrough;
  maxLag: number;
  /** Most subscriptions of one person at a time. */
  maxPerViewer: number;
  /** How long messages that many get are kept; what createSharedMessages says where left out. */
  messagesKeptMs: number | undefined;
  metrics: Metrics;
  onFault(error: unknown): void;
}

/** Runs operations for connections that stay. It knows no socket. */
export class LiveOperations {
  readonly #options: LiveOperationsOptions;
  readonly #completions: Completions;
  readonly #cohorts: Cohorts;
  readonly #messages: SharedMessages;
  readonly #running: Running;
  readonly #closing = new AbortController();

  constructor(options: LiveOperationsOptions) {
    this.#options = options;
    this.#completions = new Completions(options);
    this.#cohorts = new Cohorts(options);
    this.#messages = createSharedMessages(options.messagesKeptMs);
    this.#running = createRunning(options.maxPerViewer);
  }

  /** How many subscriptions run. */
  subscriptions(): number {
    return this.#running.size();
  }

  /** Begins an operation, whose results go to the receiver. What refuses it goes there as well. */
  begin(request: LiveRequest, caller: OperationCaller, receiver: Receiver): LiveOperation {
    const context = this.#completions.contextOf(caller);
    const listen = (subscribed: Subscribed) => this.#listen(subscribed, caller);
    return new LiveOperation({ request, caller, receiver, context, runner: this.#options.runner, listen });
  }

  /** What a client is told of an error. */
  errorsOf(error: unknown, requestId: string): readonly GraphQLFormattedError[] {
    return this.#completions.errorsOf(error, requestId);
  }

  /**
   * Has every subscription go on under the supergraph of its moment, in no order over this time: a plan is made once, and
   * yet all of them at once would hold everybody else up.
   */
  moveAll(spreadMs: number): void {
    this.#running.moveAll(spreadMs, this.#closing.signal);
  }

  /** Stops what is under way for several; what is one client's own ends with the client. */
  close(): void {
    this.#closing.abort(new DOMException('The gateway shuts down.', 'AbortError'));
  }

  async #listen({ subscription: begun, again }: Subscribed, caller: OperationCaller): Promise<Listening> {
    const place = this.#running.enter(caller.session.viewer?.id ?? null);
    if (place === null) throw this.#tooMany();
    let unlisten = () => {};
    const ended = () => {
      unlisten();
      place.over();
    };
    try {
      const subscription = await this.#subscribe(begun, caller, ended);
      const move = (how: MoveOptions) => subscription.move(() => this.#beginAgain(again, caller), how);
      const authorize = () => move({ authorize: true });
      place.begun(move);
      unlisten = caller.session.onRightsChanged(authorize);
      return { subscription, authorize };
    } catch (error) {
      ended();
      throw error;
    }
  }

  async #subscribe(
    begun: BegunSubscription | BegunPassThrough,
    caller: OperationCaller,
    ended: () => void,
  ): Promise<Subscription> {
    const { hub, passThrough, maxLag, metrics } = this.#options;
    if (!('upstream' in begun)) {
      const parts = { hub, cohorts: this.#cohorts, messages: this.#messages, maxLag, metrics, ended };
      return beginSubscription(parts, this.#requestOf(begun, caller));
    }
    const open = () => this.#completions.contextOf(caller);
    return passThrough.begin({
      upstream: begun.upstream,
      header: caller.header,
      complete: (received, signal) => this.#completions.complete(begun, received, { signal, open }),
      ended,
    });
  }

  async #beginAgain(
    again: Subscribed['again'],
    caller: OperationCaller,
  ): Promise<SubscriptionRequest | null> {
    using context = this.#completions.contextOf(caller);
    const { subscription } = await again(context);
    return 'upstream' in subscription ? null : this.#requestOf(subscription, caller);
  }

  #requestOf(begun: BegunSubscription, caller: OperationCaller): SubscriptionRequest {
    const completions = this.#completions;
    const { field, args, shared } = begun;
    const viewer = () => requireViewer(caller.session.viewer);
    const { id: viewerId, scopes } = viewer();
    const mayShare = shared?.scopes.every((scope) => scopes.has(scope)) === true;
    const open = () => completions.contextOf(caller);
    return {
      field,
      args: caller.lastEventId === undefined ? args : { ...args, after: caller.lastEventId },
      viewer,
      viewerId,
      requestId: caller.requestId,
      complete: (payload, signal) => completions.complete(begun, payload, { signal, open }),
      shared: mayShare ? { key: shared.key, complete: this.#sharedCompletion(begun) } : null,
      describe: (error, cursor) => completions.describe(error, caller.requestId, cursor),
    };
  }

  #sharedCompletion(begun: BegunSubscription) {
    const { signal } = this.#closing;
    const open = () => this.#completions.sharedContext();
    return (payload: Payload) => this.#completions.complete(begun, payload, { signal, open });
  }

  #tooMany() {
    const { metrics, maxPerViewer } = this.#options;
    metrics.live.refused('subscriptions_per_viewer');
    const message = `You run ${maxPerViewer} subscriptions already: end one first.`;
    return gatewayError('RESOURCE_EXHAUSTED', message, { reason: 'OPEN_OPERATION_LIMIT' });
  }
}

/** A subscription that listens. */
interface Listening {
  subscription: Subscription;
  /** Has its source decide anew whether the viewer may see what it is about. */
  authorize(): void;
}

interface LiveOperationParts {
  request: LiveRequest;
  caller: OperationCaller;
  receiver: Receiver;
  context: DisposableContext;
  runner: OperationRunner;
  listen(subscribed: Subscribed): Promise<Listening>;
}

/** Clients that write `@defer` in what goes over a stream take further messages: nothing else says so. */
const PARTS_FORMAT = '20220824';

/** An operation under way. */
export class LiveOperation {
  /** Resolves when it is under way, or was refused; where it is answered at once, when that is done. */
  readonly begun: Promise<void>;
  readonly #parts: LiveOperationParts;
  #subscription: Subscription | undefined;
  #isEnded = false;

  constructor(parts: LiveOperationParts) {
    this.#parts = parts;
    const { caller, receiver, context } = parts;
    const run = (span: RunningSpan) => this.#run(span);
    // The span is of the beginning alone: deliveries have traces of their own.
    this.begun = withTraceparent(caller.traceparent, () => withOperationSpan(caller.requestId, run))
      .catch((error: unknown) => {
        if (!this.#isEnded) receiver.fail(error);
      })
      .finally(() => context[Symbol.dispose]());
  }

  /** The client wants no more of it: all that it started ends. Its receiver gets nothing more. */
  end(): void {
    this.#isEnded = true;
    this.#parts.context.abort();
    this.#subscription?.end();
  }

  async #run(span: RunningSpan): Promise<void> {
    const { request, caller, receiver, context, runner, listen } = this.#parts;
    const { isReadOnly, ...asked } = request;
    const result = await runner.begin(asked, { ...context, span }, { isReadOnly, takesParts: true });
    if (this.#isEnded) return;
    // It is no fault of ours that a span should show.
    if (result.kind === 'refused') return receiver.fail(result);
    if (result.kind === 'answer') return this.#send(result);
    const { subscription, authorize } = await listen(result);
    this.#subscription = subscription;
    if (this.#isEnded) return subscription.end();
    subscription.start(receiver);
    // A fresh token may have come in between.
    if (caller.session.viewer !== context.viewer) authorize();
  }

  /** Sends an answer, and what follows it until the client wants no more. */
  async #send(answer: Answer): Promise<void> {
    const { receiver } = this.#parts;
    receiver.send(liveMessage(answerText(answer, PARTS_FORMAT), null));
    if (answer.parts !== undefined) {
      for await (const text of followingTexts(answer.parts, PARTS_FORMAT)) {
        if (this.#isEnded) return;
        receiver.send(liveMessage(text, null));
      }
    }
    receiver.complete();
  }
}
