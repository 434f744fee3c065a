import type { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { Logger } from '#observability/logger.ts';
import type { Metrics } from '#observability/metrics.ts';
import type { GatewayConfig } from '../config/config.ts';
import { useOperationLog } from '../plugins/use-operation-log.ts';
import { useRequestId } from '../plugins/use-request-id.ts';
import type { GatewayContext } from '../request/context.ts';
import { formatError } from '../request/errors.ts';
import { limitAliases } from '../validation/limit-aliases.ts';
import { limitDepth } from '../validation/limit-depth.ts';
import { useListLimits } from './use-list-limits.ts';
import { useSocketSubscriptions } from './use-socket-subscriptions.ts';

/** Starts Apollo Server before ApolloGateway; null without one, where the compiled engine answers. */
export async function openApollo(
  { limits, introspection }: GatewayConfig,
  { gateway, log, metrics }: { gateway: ApolloGateway | null; log: Logger; metrics: Metrics },
): Promise<ApolloServer<GatewayContext> | null> {
  if (gateway === null) return null;
  const onBug = (err: unknown) => log.error({ err }, 'an operation failed');
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
    introspection,
    parseOptions: { maxTokens: limits.tokens },
    validationRules: [limitDepth(limits.depth), limitAliases(limits.aliases)],
    maxRecursiveSelections: true,
    formatError: (formatted, error) => formatError(formatted, error, onBug),
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    csrfPrevention: true,
    persistedQueries: false,
    allowBatchedHttpRequests: false,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      useSocketSubscriptions(),
      useListLimits(limits),
      useRequestId(),
      useOperationLog(log, metrics),
    ],
  });
  await apollo.start();
  return apollo;
}
