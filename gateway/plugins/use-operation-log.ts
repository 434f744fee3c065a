import type { ApolloServerPlugin } from '@apollo/server';
import type { Logger } from '#observability/logger.ts';
import type { Metrics, OperationOutcome } from '#observability/metrics.ts';
import { hashOfViewer } from '#platform/viewer.ts';
import type { GatewayContext } from '../request/context.ts';
import { nameOperation } from '../request/operation-span.ts';

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
          const { data, errors = [] } = response.body.kind === 'single' ? response.body.singleResult : {};
          recordOperation(
            { log, metrics },
            {
              context: contextValue,
              startedAt,
              name: operationName,
              outcome: outcomeOf(data, errors.length),
              errors,
            },
          );
        },
      };
    },
  };
}

/** An operation that was answered. */
export interface AnsweredOperation {
  context: GatewayContext;
  /** Of performance.now(). */
  startedAt: number;
  name: string | null | undefined;
  outcome: OperationOutcome;
  errors: readonly { extensions?: Record<string, unknown> }[];
}

/** Tells the log, the metrics and the span of an operation. */
export function recordOperation(
  { log, metrics }: { log: Logger; metrics: Metrics },
  { context, startedAt, name, outcome, errors }: AnsweredOperation,
): void {
  const durationMs = performance.now() - startedAt;
  const operation = name ?? 'anonymous';
  metrics.gatewayOperation(operation, outcome, durationMs / 1_000);
  if (errors.length > 0) context.span?.set({ 'fitme.gateway.errors': errors.length });
  const code = errors[0]?.extensions?.['code'] ?? 'OK';
  const { requestId, viewer } = context;
  log.info(
    {
      requestId,
      ...(viewer && { viewer: hashOfViewer(viewer) }),
      operation,
      code,
      count: errors.length,
      durationMs: Math.round(durationMs),
    },
    'operation',
  );
}

/** Undefined data: nothing was run. */
export function outcomeOf(data: unknown, errors: number): OperationOutcome {
  if (errors === 0) return 'ok';
  if (data === undefined) return 'refused';
  return data === null ? 'error' : 'partial';
}
