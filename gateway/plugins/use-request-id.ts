import type { GatewayPlugin } from './plugin.ts';

/** Names the request in every error, so that who reports one can say which. */
export function useRequestId(): GatewayPlugin {
  return {
    error: (error, requestId) => ({ ...error, extensions: { ...error.extensions, requestId } }),
  };
}
