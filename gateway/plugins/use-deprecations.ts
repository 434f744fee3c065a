import type { Metrics } from '#observability/metrics.ts';
import type { GatewayPlugin } from './plugin.ts';

/** Counts who still asks for what is deprecated: when nobody does any more, it goes (CONTRIBUTING.md). */
export function useDeprecations(metrics: Pick<Metrics, 'deprecatedUse'>): GatewayPlugin {
  return {
    resolved({ compiled: { deprecated, name } }) {
      for (const element of deprecated) metrics.deprecatedUse(element, name);
    },
  };
}
