import type { ApolloServerPlugin } from '@apollo/server';
import type { GatewayContext } from '../request/context.ts';
import { gatewayError } from '../request/errors.ts';

/** Tells a client that subscribes over HTTP where subscriptions are. */
export function useSocketSubscriptions(): ApolloServerPlugin<GatewayContext> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ operation }) {
          if (operation?.operation !== 'subscription') return;
          const message =
            'Subscriptions come over WebSocket, on this path with subprotocol graphql-transport-ws, or as server-sent events, at /graphql/stream.';
          throw gatewayError('BAD_REQUEST', message, { status: 400 });
        },
      };
    },
  };
}
