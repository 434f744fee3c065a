import type { ApolloServerPlugin } from '@apollo/server';
import type { Logger } from '#observability/logger.ts';
import type { Metrics, OperationOutcome } from '#observability/metrics.ts';
import type { GatewayContext } from '../context.ts';
import { nameOperation } from '../operation-span.ts';

/** One line, one measurement and the span's names for each operation; never what it asked for. */
export function useOperationLog(log: Logger, metrics: Metrics): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart({ contextValue }) {
      const startedAt = performance.now();
      return {
        async didResolveOperation({ operationName, operation }) {
          if (contextValue.span && operation)
            nameOperation(contextValue.span, operation.operation, operationName);
        },
        async willSendResponse({ operationName, response }) {
          const durationMs = performance.now() - startedAt;
          const { data, errors = [] } = response.body.kind === 'single' ? response.body.singleResult : {};
          const outcome = outcomeOf(data, errors.length);
          const operation = operationName ?? 'anonymous';
          metrics.gatewayOperation(operation, outcome, durationMs / 1_000);
          if (errors.length > 0) contextValue.span?.set({ 'fitme.gateway.errors': errors.length });
          const code = errors[0]?.extensions?.['code'] ?? 'OK';
          const { requestId } = contextValue;
          log.info(
            { requestId, operation, code, count: errors.length, durationMs: Math.round(durationMs) },
            'operation',
          );
        },
      };
    },
  };
}

/** Undefined data: nothing was run. */
function outcomeOf(data: unknown, errors: number): OperationOutcome {
  if (errors === 0) return 'ok';
  if (data === undefined) return 'refused';
  return data === null ? 'error' : 'partial';
}
