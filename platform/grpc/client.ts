import * as grpc from '@grpc/grpc-js';
import type { Methods, RequestInputOf, ResponseOf, ServiceName } from './contract.ts';
import { createMessageCheck } from './message-check.ts';
import { messageNameOf, serviceDefinition } from './protos.ts';
import { fromStatus } from './status.ts';

/** On whose behalf, and for how long, a call to another service is made. */
export interface OutgoingCall {
  /** The call that needs this one: its deadline, cancellation, request id and viewer are handed on. */
  call?: OutgoingParent;
  /** "viewer" hands the caller's token on; "service" acts under the service's own. */
  as: 'viewer' | 'service';
  /** Upper bound, milliseconds; the parent's deadline where that comes first. 5,000 where left out. */
  timeoutMs?: number;
}

/** What is handed on of a call. */
export interface OutgoingParent {
  deadline: number;
  signal: AbortSignal;
  requestId: string;
  viewer: { token: string } | null;
}

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

export interface GrpcPeerOptions {
  /** What the peer is called in errors, for example "users". */
  name: string;
  /** "host:port", or "dns:///host:port" to spread calls over all addresses of a name. */
  address: string;
  /** The token under which calls "as service" are made. */
  serviceToken(): Promise<string>;
}

const DEFAULT_TIMEOUT_MS = 5_000;

const CHANNEL_OPTIONS: grpc.ChannelOptions = {
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  'grpc.max_receive_message_length': 4 * 1024 * 1024,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
};

/** Opens a connection (lazily: at the first call). */
export function createGrpcPeer(options: GrpcPeerOptions): GrpcPeer {
  const client = new grpc.Client(options.address, grpc.credentials.createInsecure(), CHANNEL_OPTIONS);
  return {
    service<Definition>(name: ServiceName<Definition>) {
      const calls = Object.entries(serviceDefinition(name)).map(([method, definition]) => {
        const normalise = createMessageCheck(messageNameOf(name, definition.responseType));
        const call = async (request: object, outgoing: OutgoingCall) => {
          const metadata = await metadataFor(outgoing, options);
          const response = await unary(client, definition, request, metadata, outgoing, options.name);
          normalise(response);
          return response;
        };
        return [method.charAt(0).toLowerCase() + method.slice(1), call];
      });
      return Object.fromEntries(calls) as ServiceClient<Definition>;
    },
    close: () => client.close(),
  };
}

async function metadataFor({ as, call }: OutgoingCall, options: GrpcPeerOptions): Promise<grpc.Metadata> {
  const metadata = new grpc.Metadata();
  const token = as === 'service' ? await options.serviceToken() : call?.viewer?.token;
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  if (call !== undefined) metadata.set('x-request-id', call.requestId);
  return metadata;
}

function unary(
  client: grpc.Client,
  method: ReturnType<typeof serviceDefinition>[string],
  request: object,
  metadata: grpc.Metadata,
  { call, timeoutMs = DEFAULT_TIMEOUT_MS }: OutgoingCall,
  peer: string,
): Promise<object> {
  return new Promise((resolve, reject) => {
    const deadline = Math.min(Date.now() + timeoutMs, call?.deadline ?? Number.POSITIVE_INFINITY);
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
        if (error !== null) reject(fromStatus(error, peer));
        else resolve(response as object);
      },
    );
    const cancel = () => running.cancel();
    if (call?.signal.aborted) cancel();
    else call?.signal.addEventListener('abort', cancel, { once: true });
  });
}
