import type { GraphQLFormattedError } from 'graphql';
import type { OperationRunner } from '../operation-runner.ts';
import type { LiveEngine } from './live-engine.ts';
import { isPassing } from './patience.ts';
import { RefusedOperation } from './refused-operation.ts';

/** Runs operations with the compiled engine: they pass the same plugins as over HTTP. */
export function createCompiledLiveEngine(runner: OperationRunner): LiveEngine {
  return {
    async begin({ query, operationName, variables, extensions }, context) {
      const request = { query, operationName: operationName ?? undefined, variables, extensions };
      const begun = await runner.begin(request, context);
      if ('body' in begun) {
        if (begun.status === 200) return { body: begun.body.trimEnd() };
        const { errors } = JSON.parse(begun.body) as { errors: GraphQLFormattedError[] };
        throw new RefusedOperation(errors);
      }
      const { field, args, shared, complete } = begun.subscription;
      return {
        field,
        args,
        shared,
        async complete(payload, deliveryContext) {
          const completed = await complete(payload, deliveryContext);
          const isWhole = !completed.errors.some(({ extensions }) => isPassing(extensions['code']));
          return { body: runner.write(completed, deliveryContext.requestId), isWhole };
        },
      };
    },
  };
}
