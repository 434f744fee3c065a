import * as grpc from '@grpc/grpc-js';
import { runThrough } from '../pipeline.ts';
import {
  CLIENT_PIPELINE,
  type ClientMiddleware,
  type ClientParts,
  type OutgoingInvocation,
} from './client-pipeline.ts';
import type { Methods, RequestInputOf, ResponseOf, ServiceName } from './contract.ts';
import { createMessageCheck } from './message-check.ts';
import type { OutgoingCall } from './outgoing-call.ts';
import { messageNameOf, serviceDefinition } from './protos.ts';

/** A remote service: one function a method, failing with DomainError as the callee threw it. */
export type ServiceClient<Definition> = {
  [Name in keyof Methods<Definition> & string as Uncapitalize<Name>]: (
    request: RequestInputOf<Definition[Name]>,
    call: OutgoingCall,
  ) => Promise<ResponseOf<Definition[Name]>>;
};

/** A connection to one peer, over which any of its services is called. */
export interface GrpcPeer {
  service<Definition>(name: ServiceName<Definition>): ServiceClient<Definition>;
  close(): void;
}

export interface GrpcPeerOptions extends ClientParts {
  /** "host:port", or "dns:///host:port" to spread calls over all addresses of a name. */
  address: string;
}

const CHANNEL_OPTIONS: grpc.ChannelOptions = {
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  'grpc.max_receive_message_length': 4 * 1024 * 1024,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
};

/**
 * Opens a connection (lazily: at the first call).
 *
 * @param pipeline what calls pass through; only the test of its order gives another one
 */
export function createGrpcPeer(
  options: GrpcPeerOptions,
  pipeline: readonly ClientMiddleware[] = CLIENT_PIPELINE,
): GrpcPeer {
  const client = new grpc.Client(options.address, grpc.credentials.createInsecure(), CHANNEL_OPTIONS);
  return {
    service<Definition>(name: ServiceName<Definition>) {
      const calls = Object.entries(serviceDefinition(name)).map(([method, definition]) => {
        const normalise = createMessageCheck(messageNameOf(name, definition.responseType));
        const call = (request: object, outgoing: OutgoingCall) => {
          const metadata = new grpc.Metadata();
          const invocation = { method, outgoing, metadata, deadline: Number.POSITIVE_INFINITY };
          return runThrough(pipeline, invocation, options, async () => {
            const response = await unary(client, definition, request, invocation);
            normalise(response);
            return response;
          });
        };
        return [method.charAt(0).toLowerCase() + method.slice(1), call];
      });
      return Object.fromEntries(calls) as ServiceClient<Definition>;
    },
    close: () => client.close(),
  };
}

function unary(
  client: grpc.Client,
  method: ReturnType<typeof serviceDefinition>[string],
  request: object,
  { metadata, deadline, outgoing: { call } }: OutgoingInvocation,
): Promise<object> {
  return new Promise((resolve, reject) => {
    const { path, requestSerialize, responseDeserialize } = method;
    const running = client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      metadata,
      { deadline },
      (error, response) => {
        call?.signal.removeEventListener('abort', cancel);
        if (error !== null) reject(error);
        else resolve(response as object);
      },
    );
    const cancel = () => running.cancel();
    if (call?.signal.aborted) cancel();
    else call?.signal.addEventListener('abort', cancel, { once: true });
  });
}
