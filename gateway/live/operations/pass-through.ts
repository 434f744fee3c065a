import { GraphQLError } from 'graphql';
import type { Metrics } from '#observability/metrics.ts';
import type { UpstreamOperation } from '../../engine/subscriptions/pass-through.ts';
import type { SubgraphResponse } from '../../engine/transport/endpoint.ts';
import { gatewayError } from '../../request/errors.ts';
import { liveMessage, type Receiver } from '../delivery/message.ts';
import type { Subscription } from '../delivery/subscription.ts';
import { subscribeUpstream, type UpstreamFailure } from './pass-through-upstream.ts';

/** Subscriptions that subgraphs serve: each is one upstream as well, on a connection of its own. */
export interface PassThrough {
  /** Makes one that listens once it is started. */
  begin(request: PassThroughRequest): Subscription;
}

export interface PassThroughRequest {
  upstream: UpstreamOperation;
  /** A header of the client by its lower-case name. */
  header(name: string): string | undefined;
  /** Makes the result of what the subgraph told: JSON. Rejects when the signal aborts. */
  complete(told: SubgraphResponse, signal: AbortSignal): Promise<string>;
  /** Told once, whoever ends it. */
  ended(): void;
}

export interface PassThroughOptions {
  /** Names of client headers by subgraph, lower case; those of "*" go to every one. */
  headers: Readonly<Record<string, readonly string[]>>;
  timeoutMs: number;
  maxResponseBytes: number;
  metrics: Metrics;
}

/** Makes the pass-through of a gateway. */
export function createPassThrough(options: PassThroughOptions): PassThrough {
  const { headers: rules, timeoutMs, maxResponseBytes: maxBytes, metrics } = options;
  let open = 0;
  metrics.live.watchUpstreams(() => open);

  function headersFor(subgraph: string, header: PassThroughRequest['header']): Record<string, string> {
    const names = [...(rules['*'] ?? []), ...(rules[subgraph] ?? [])];
    return Object.fromEntries(
      names.flatMap((name) => {
        const value = header(name);
        return value === undefined ? [] : [[name, value] as const];
      }),
    );
  }

  return {
    begin({ upstream, header, complete, ended }) {
      const ending = new AbortController();
      let unsubscribe = () => {};
      let receiver: Receiver | undefined;
      open += 1;
      const release = () => {
        if (ending.signal.aborted) return;
        ending.abort(new DOMException('The subscription ended.', 'AbortError'));
        unsubscribe();
        open -= 1;
        ended();
      };

      async function deliver(told: SubgraphResponse, receiver: Receiver): Promise<void> {
        const { signal } = ending;
        try {
          const body = await complete(told, signal);
          // What the client has not taken yet holds up the rest, and in the end the subgraph.
          if (!receiver.isFree()) await receiver.free(signal);
          if (!signal.aborted) receiver.send(liveMessage(body, null));
        } catch (error) {
          if (signal.aborted) return;
          release();
          receiver.fail(error);
        }
      }

      return {
        start(to) {
          if (ending.signal.aborted) return;
          receiver = to;
          const { subgraph, url, query, variables } = upstream;
          const request = { url, query, variables, headers: headersFor(subgraph, header) };
          unsubscribe = subscribeUpstream(
            request,
            { timeoutMs, maxBytes },
            {
              next: (told) => deliver(told as SubgraphResponse, to),
              complete() {
                release();
                to.complete();
              },
              fail(failure) {
                release();
                to.fail(errorOf(failure, subgraph));
              },
            },
          );
        },
        /** What it asked of the subgraph, it asked under the token of that moment: nobody can hand in another one. */
        move(judge) {
          judge().catch((error: unknown) => {
            if (ending.signal.aborted) return;
            release();
            receiver?.fail(error);
          });
        },
        end: release,
      };
    },
  };
}

/** What a client is told. It begins anew itself, as nobody knows what it missed. */
function errorOf(failure: UpstreamFailure, subgraph: string): GraphQLError {
  if (failure.kind === 'refused') {
    const [{ message, extensions } = { message: 'A subgraph failed.' }] = failure.errors;
    return new GraphQLError(message, { extensions: { ...(extensions as object), serviceName: subgraph } });
  }
  if (failure.code === UNAUTHORIZED)
    return gatewayError('UNAUTHENTICATED', 'Sign in, and subscribe with the access token.');
  if (failure.code === FORBIDDEN) return gatewayError('FORBIDDEN', 'You may not subscribe to this.');
  const message = 'This subscription was interrupted. Subscribe again: what happens meanwhile is not told.';
  return gatewayError('SUBGRAPH_UNAVAILABLE', message, { reason: 'SUBSCRIPTION_INTERRUPTED' });
}

/** Codes with which a subgraph's socket turns clients away, by the protocol and by convention. */
const UNAUTHORIZED = 4401;
const FORBIDDEN = 4403;
