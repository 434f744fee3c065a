import type { GraphQLFormattedError } from 'graphql';
import type { CompletedEvent } from '../../engine/subscriptions/completed-event.ts';
import type { Payload } from '../../engine/subscriptions/payload.ts';
import type { SubgraphResponse } from '../../engine/transport/endpoint.ts';
import type { BegunOperation, OperationAnswer, OperationRunner } from '../../operations/operation-runner.ts';
import type { GatewayContext } from '../../request/context.ts';
import { RefusedOperation } from '../delivery/refused-operation.ts';
import { isPassing } from './completion-retry.ts';
import type { BeginAgain, CompletedText, LiveEngine } from './live-engine.ts';

/** Runs operations with the compiled engine: they pass the same plugins as over HTTP. */
export function createCompiledLiveEngine(runner: OperationRunner): LiveEngine {
  function write(completed: CompletedEvent, { requestId }: GatewayContext): CompletedText {
    const isWhole = !completed.errors.some(({ extensions }) => isPassing(extensions['code']));
    return { body: runner.write(completed, requestId), isWhole };
  }

  async function readyOf(begun: OperationAnswer | BegunOperation) {
    if ('body' in begun) throw refusedBy(begun);
    const { subscription } = begun;
    const again: BeginAgain = async (context) => readyOf(await begun.again(context));
    if ('upstream' in subscription) {
      const { upstream, complete } = subscription;
      return {
        upstream,
        complete: async (told: SubgraphResponse, delivery: GatewayContext) =>
          write(await complete(told, delivery), delivery),
        again,
      };
    }
    const { field, args, shared, complete } = subscription;
    return {
      field,
      args,
      shared,
      complete: async (payload: Payload, delivery: GatewayContext) =>
        write(await complete(payload, delivery), delivery),
      again,
    };
  }

  return {
    async begin({ isReadOnly, ...asked }, context) {
      const request = { ...asked, operationName: asked.operationName ?? undefined };
      // Who writes @defer in what goes over a socket takes further messages: nothing else tells.
      const begun = await runner.begin(request, context, { format: '20220824', isReadOnly });
      return 'body' in begun && !begun.isRefused ? { ...begun, body: begun.body.trimEnd() } : readyOf(begun);
    },
  };
}

function refusedBy({ body }: OperationAnswer): RefusedOperation {
  const { errors } = JSON.parse(body) as { errors: GraphQLFormattedError[] };
  return new RefusedOperation(errors);
}
