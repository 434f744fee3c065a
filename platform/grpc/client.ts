import * as grpc from '@grpc/grpc-js';
import type { ClientMetrics } from '#observability/metrics.ts';
import { DomainError } from '../errors.ts';
import { measured, runThrough, type Step } from '../pipeline.ts';
import type { Methods, RequestInputOf, ResponseOf, ServiceName } from './contract.ts';
import { createMessageCheck } from './message-check.ts';
import type { OutgoingCall } from './outgoing-call.ts';
import { messageNameOf, serviceDefinition } from './protos.ts';
import { fromStatus } from './status.ts';

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

/** One call on its way to a peer. Middleware fills in what goes with it. */
interface OutgoingInvocation {
  /** The proto name of the method. */
  readonly method: string;
  readonly outgoing: OutgoingCall;
  readonly metadata: grpc.Metadata;
  /** When the caller stops waiting, milliseconds since 1970. */
  deadline: number;
}

/** What middleware of a peer works with. */
interface ClientParts {
  /** What the peer is called in errors and metrics, for example "users". */
  readonly name: string;
  /** The token under which calls "as service" are made. */
  serviceToken(): Promise<string>;
  readonly metrics: ClientMetrics;
}

/** One concern of every call to another service. */
export type ClientMiddleware = Step<OutgoingInvocation, ClientParts>;

interface GrpcPeerOptions extends ClientParts {
  /** "host:port", or "dns:///host:port" to spread calls over all addresses of a name. */
  address: string;
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

/** Counts and times the call under the code that its caller gets, also where it was never sent. */
const measuring: ClientMiddleware = ({ method }, next, { name, metrics }) =>
  measured(next, (code, seconds) => metrics.clientCall({ peer: name, method, code }, seconds));

/** Statuses, and whatever a caller gave for going away, become the errors that our own code throws. */
const translation: ClientMiddleware = async ({ outgoing }, next, { name }) => {
  try {
    return await next();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    if (isStatus(error)) throw fromStatus(error, name);
    if (!outgoing.call?.signal.aborted) throw error;
    throw new DomainError('CANCELLED', 'The caller went away.', { cause: error });
  }
};

/** Bounds the call by its caller's deadline; nothing is done for a caller who no longer waits. */
const deadline: ClientMiddleware = async (invocation, next) => {
  const { call, timeoutMs = DEFAULT_TIMEOUT_MS } = invocation.outgoing;
  call?.signal.throwIfAborted();
  const now = Date.now();
  invocation.deadline = Math.min(now + timeoutMs, call?.deadline ?? Number.POSITIVE_INFINITY);
  if (invocation.deadline <= now)
    throw new DomainError('DEADLINE_EXCEEDED', 'The deadline had passed before the call was made.');
  return next();
};

/** Says on whose behalf the call is made, and to which request it belongs. */
const credentials: ClientMiddleware = async ({ outgoing, metadata }, next, { serviceToken }) => {
  const { as, call } = outgoing;
  const token = as === 'service' ? await serviceToken() : call?.viewer?.token;
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  if (call !== undefined) metadata.set('x-request-id', call.requestId);
  return next();
};

/**
 * gRPC calls that go out; their spans, and the trace context that they carry, are those of the instrumentation. Each step
 * relies on the ones in front of it: platform/tests/pipelines shows for each pair of neighbours what would be lost.
 */
export const CLIENT_PIPELINE: readonly ClientMiddleware[] = [measuring, translation, deadline, credentials];

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

function isStatus(error: unknown): error is grpc.ServiceError {
  return error instanceof Error && 'code' in error && 'details' in error && 'metadata' in error;
}
