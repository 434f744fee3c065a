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

/** For how long a delivery tries again while a subgraph is away, milliseconds. */
const RETRY_FOR_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/** Codes of what a subgraph may answer when it is asked again. */
const TRANSIENT: ReadonlySet<unknown> = new Set(['SUBGRAPH_UNAVAILABLE', 'UNAVAILABLE', 'DEADLINE_EXCEEDED']);

/** The result of an event. */
interface CompletedText {
  /** JSON. */
  body: string;
  /** False where a subgraph that is away left something out. */
  isWhole: boolean;
}

/** Whether what an error of this code left out is there when it is asked for again. */
export function isTransient(code: unknown): boolean {
  return TRANSIENT.has(code);
}

/**
 * Completes a payload, and again while a subgraph that it needs is away: what a query may lack, an event would have lost
 * for good. In the end the answer is what there is, with its errors.
 *
 * @throws the signal's reason
 */
async function completeWithRetry(
  complete: () => Promise<CompletedText>,
  signal: AbortSignal,
): Promise<string> {
  const until = Date.now() + RETRY_FOR_MS;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    const { body, isWhole } = await complete();
    if (isWhole || Date.now() > until) return body;
    await pause(pauseMs * (0.5 + Math.random() / 2), undefined, { signal });
  }
}
