import type { Logger } from '#observability/logger.ts';
import { hashOfViewer } from '#platform/viewer.ts';
import type { GatewayPlugin } from './plugin.ts';

/** Logs one line for each operation; never what it asked for. */
export function useOperationLog(log: Logger): GatewayPlugin {
  return {
    answered({ name = 'anonymous', errors, durationMs }, { requestId, viewer }) {
      log.info(
        {
          requestId,
          ...(viewer && { viewer: hashOfViewer(viewer) }),
          operation: name,
          code: errors[0]?.extensions?.['code'] ?? 'OK',
          count: errors.length,
          durationMs: Math.round(durationMs),
        },
        'operation',
      );
    },
  };
}
