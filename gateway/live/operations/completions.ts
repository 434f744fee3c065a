import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { GraphQLFormattedError } from 'graphql';
import type { ServiceIdentity } from '#platform/tokens/service-identity.ts';
import type { CompletedEvent } from '../../engine/subscriptions/pass-through.ts';
import { answerText } from '../../operations/answer-text.ts';
import type { OperationRunner } from '../../operations/operation-runner.ts';
import { Refused } from '../../operations/runner-result.ts';
import {
  createContext,
  type DisposableContext,
  type GatewayContext,
  headerReader,
} from '../../request/context.ts';
import { gatewayError } from '../../request/errors.ts';
import { LiveUnavailableError } from '../connections/close-codes.ts';
import type { OperationCaller } from './operation-caller.ts';

/** Makes results of events, whoever sends them. */
export interface Completes<Event> {
  complete(event: Event, context: GatewayContext): Promise<CompletedEvent>;
}

/** How a completion is called. */
export interface CompletionCall {
  /** Ends the waiting for subgraphs that are away. */
  signal: AbortSignal;
  /** Opens the context of the one on whose behalf it is. */
  open(): DisposableContext | Promise<DisposableContext>;
}

export interface CompletionsOptions {
  /** Under which what is shared is read, and nothing else can be. */
  identity: ServiceIdentity;
  timeoutMs: number;
  runner: OperationRunner;
}

/** For how long a delivery tries again while a subgraph is away, milliseconds. */
const RETRY_FOR_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Codes of what a subgraph may answer when it is asked again. */
const TRANSIENT: ReadonlySet<unknown> = new Set(['SUBGRAPH_UNAVAILABLE', 'UNAVAILABLE', 'DEADLINE_EXCEEDED']);

/** Whether what an error of this code left out may be there when it is asked for again. */
export function isTransient(code: unknown): boolean {
  return TRANSIENT.has(code);
}

/** Makes the results of events through the graph, and describes errors to those who listen. */
export class Completions {
  readonly #options: CompletionsOptions;

  constructor(options: CompletionsOptions) {
    this.#options = options;
  }

  /** The context of one client's operation or completion, under their newest token. */
  contextOf({ session, requestId, signal, header }: OperationCaller): DisposableContext {
    const { timeoutMs } = this.#options;
    return createContext({ requestId, viewer: session.viewer, header, parent: signal, timeoutMs });
  }

  /** The context of a completion that is nobody's own. */
  async sharedContext(): Promise<DisposableContext> {
    const { identity, timeoutMs } = this.#options;
    const requestId = randomUUID();
    const authorization = `Bearer ${await identity.token()}`;
    const own = { authorization, 'x-request-id': requestId, 'x-forwarded-for': undefined };
    const header = headerReader(own, () => undefined);
    return createContext({ requestId, viewer: null, timeoutMs, header });
  }

  /**
   * The result of an event as JSON. While a subgraph that it needs is away, it is asked for again: what a query may lack,
   * an event would have lost for good. In the end the result is what there is, with its errors. A completion that fails is
   * described in the result's place: the event happened nevertheless.
   *
   * @throws the signal's reason
   */
  async complete<Event>(
    completing: Completes<Event>,
    event: Event,
    { signal, open }: CompletionCall,
  ): Promise<string> {
    const until = Date.now() + RETRY_FOR_MS;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const { body, isWhole } = await this.#tryToComplete(completing, event, open);
      if (isWhole || Date.now() > until) return body;
      await pause(pauseMs * (0.5 + Math.random() / 2), undefined, { signal });
    }
  }

  /** A result without data, as JSON. */
  describe(error: unknown, requestId: string, cursor: string | null): string {
    const errors = this.errorsOf(error, requestId).map((each) =>
      cursor === null ? each : { ...each, extensions: { ...each.extensions, cursor } },
    );
    return JSON.stringify({ errors });
  }

  /** What a client is told of an error. */
  errorsOf(error: unknown, requestId: string): readonly GraphQLFormattedError[] {
    if (error instanceof Refused) return error.errors;
    const known = error instanceof LiveUnavailableError ? gatewayError('UNAVAILABLE', error.message) : error;
    return this.#options.runner.refuse(known, requestId).errors;
  }

  /** `isWhole` is false where a subgraph that is away left something out. */
  async #tryToComplete<Event>(
    completing: Completes<Event>,
    event: Event,
    open: CompletionCall['open'],
  ): Promise<{ body: string; isWhole: boolean }> {
    using context = await open();
    try {
      const completed = await completing.complete(event, context);
      const isWhole = !completed.errors.some(({ extensions }) => isTransient(extensions['code']));
      return { body: answerText(this.#options.runner.answerOf(completed, context.requestId)), isWhole };
    } catch (error) {
      return { body: this.describe(error, context.requestId, null), isWhole: true };
    }
  }
}
