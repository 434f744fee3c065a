import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../request/context.ts';

/** Names the request in every error, so that who reports one can say which. */
export function useRequestId(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart({ contextValue }) {
      return {
        async willSendResponse({ response }) {
          if (response.body.kind !== 'single') return;
          const { singleResult } = response.body;
          if (singleResult.errors === undefined) return;
          singleResult.errors = singleResult.errors.map((error) =>
            withRequestId(error, contextValue.requestId),
          );
        },
      };
    },
  };
}

/** The error, with the request's id in its extensions. */
export function withRequestId<Shape extends { extensions?: Record<string, unknown> }>(
  error: Shape,
  requestId: string,
): Shape {
  return { ...error, extensions: { ...error.extensions, requestId } };
}
