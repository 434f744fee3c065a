import type { Metrics } from '#observability/metrics.ts';
import type { GatewayPlugin } from './plugin.ts';

/** Measures every operation, and counts who still asks for what is deprecated: when nobody does, it goes (CONTRIBUTING.md). */
export function useOperationMetrics(metrics: Metrics): GatewayPlugin {
  return {
    resolved({ compiled: { deprecated, name } }) {
      for (const element of deprecated) metrics.deprecatedUse(element, name);
    },
    answered({ name, outcome, durationMs }) {
      metrics.gatewayOperation(name, outcome, durationMs / 1_000);
    },
  };
}
