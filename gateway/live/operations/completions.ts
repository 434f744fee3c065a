import { randomUUID } from 'node:crypto';
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
import { completeWithRetry, isTransient } from './completion-retry.ts';
import type { OperationCaller } from './operation-caller.ts';

/** Makes the results of events through the graph, and what is told of errors. */
export interface Completions {
  /** The context of one client's operation or completion, under their newest token. */
  contextOf(caller: OperationCaller): DisposableContext;
  /** The context of a completion that is nobody's own. */
  sharedContext(): Promise<DisposableContext>;
  /**
   * The result of what is told: JSON. A completion that fails is told in its place: the event happened nevertheless.
   *
   * @throws the signal's reason
   */
  complete<Told>(ready: Completes<Told>, told: Told, call: CompletionCall): Promise<string>;
  /** A result without data: JSON. */
  describe(error: unknown, requestId: string, cursor: string | null): string;
  errorsOf(error: unknown, requestId: string): readonly GraphQLFormattedError[];
}

/** What makes results of events, whoever tells them. */
export interface Completes<Told> {
  complete(told: Told, context: GatewayContext): Promise<CompletedEvent>;
}

/** How a completion is called. */
export interface CompletionCall {
  /** Ends the waiting for subgraphs that are away. */
  signal: AbortSignal;
  /** On whose behalf. */
  open(): DisposableContext | Promise<DisposableContext>;
}

export interface CompletionsOptions {
  /** Under which what is shared is read, and nothing else can be. */
  identity: ServiceIdentity;
  timeoutMs: number;
  runner: OperationRunner;
}

/** Makes the completions of a gateway. */
export function createCompletions({ identity, timeoutMs, runner }: CompletionsOptions): Completions {
  function errorsOf(error: unknown, requestId: string): readonly GraphQLFormattedError[] {
    if (error instanceof Refused) return error.errors;
    const known = error instanceof LiveUnavailableError ? gatewayError('UNAVAILABLE', error.message) : error;
    return runner.refuse(known, requestId).errors;
  }

  function describe(error: unknown, requestId: string, cursor: string | null): string {
    const errors = errorsOf(error, requestId).map((each) =>
      cursor === null ? each : { ...each, extensions: { ...each.extensions, cursor } },
    );
    return JSON.stringify({ errors });
  }

  return {
    errorsOf,
    describe,
    contextOf: ({ session, requestId, signal, header }) =>
      createContext({ requestId, viewer: session.viewer, header, parent: signal, timeoutMs }),
    async sharedContext() {
      const requestId = randomUUID();
      const authorization = `Bearer ${await identity.token()}`;
      const own = { authorization, 'x-request-id': requestId, 'x-forwarded-for': undefined };
      return createContext({
        requestId,
        viewer: null,
        timeoutMs,
        header: headerReader(own, () => undefined),
      });
    },
    complete: (ready, told, { signal, open }) =>
      completeWithRetry(async () => {
        using context = await open();
        try {
          const completed = await ready.complete(told, context);
          const isWhole = !completed.errors.some(({ extensions }) => isTransient(extensions['code']));
          return { body: answerText(runner.answerOf(completed, context.requestId)), isWhole };
        } catch (error) {
          return { body: describe(error, context.requestId, null), isWhole: true };
        }
      }, signal),
  };
}
