import type { ZodType } from 'zod';
import type { CallContext, IncomingCall, ServedService } from '../call.ts';
import { type FieldFault, faultsOf } from '../errors.ts';
import type {
  Methods,
  RequestInputOf,
  RequestOf,
  ResponseOf,
  ServiceName,
  WithNulls,
} from '../grpc/contract.ts';
import { createMessageCheck } from '../grpc/message-check.ts';
import { accessOf, messageNameOf, serviceDefinition } from '../grpc/protos.ts';
import { runThrough } from '../pipeline.ts';
import type { Method, PipelineParts } from './middleware.ts';
import { SERVICE_PIPELINE } from './pipeline.ts';

/** One function a method; requests are complete and valid, the caller is known and has the scopes. */
export type Handlers<Definition> = {
  [Name in keyof Methods<Definition>]: (
    request: RequestOf<Definition[Name]>,
    call: CallContext,
  ) => Promise<ResponseOf<Definition[Name]>>;
};

/** What requests must hold beyond their proto types. A method that is left out takes what its types allow. */
export type RequestSchemas<Definition> = {
  [Name in keyof Methods<Definition>]?: ZodType<unknown, RequestOf<Definition[Name]>>;
};

/** The service's methods as typed local calls, bound to the call that came in through the GraphQL door. */
export type LocalClient<Definition> = {
  [Name in keyof Methods<Definition> & string as Uncapitalize<Name>]: (
    request: WithNulls<RequestInputOf<Definition[Name]>>,
  ) => Promise<ResponseOf<Definition[Name]>>;
};

/** A service behind its pipeline, ready for both doors. */
export interface Service<Definition> extends ServedService {
  name: ServiceName<Definition>;
  /** The GraphQL door: every call passes through the same middleware as over gRPC. */
  local(call: IncomingCall): LocalClient<Definition>;
}

export interface ServiceOptions<Definition> {
  domain: string;
  name: ServiceName<Definition>;
  handlers: Handlers<Definition>;
  requests: RequestSchemas<Definition>;
  parts: PipelineParts;
}

/**
 * Puts handlers behind the pipeline.
 *
 * @throws where the proto has a method without access option, or the handlers lack one
 */
export function createService<Definition>(options: ServiceOptions<Definition>): Service<Definition> {
  const methods = boundMethods(options as ServiceOptions<Record<string, never>>);
  return {
    name: options.name,
    local(incoming) {
      const calls = [...methods].map(([name, { complete, invoke }]) => [
        name.charAt(0).toLowerCase() + name.slice(1),
        (request: object) => invoke(complete(request), incoming),
      ]);
      return Object.fromEntries(calls) as LocalClient<Definition>;
    },
    invoke(name, request, incoming) {
      const method = methods.get(name);
      if (method === undefined) throw new Error(`${options.name} has no method ${name}`);
      return method.invoke(request, incoming);
    },
  };
}

interface BoundMethod {
  /** Gives a request that was written by hand the defaults that one from the wire has. */
  complete(request: object): object;
  invoke(request: object, incoming: IncomingCall): Promise<object>;
}

type AnyHandler = (request: object, call: CallContext) => Promise<unknown>;

function boundMethods(options: ServiceOptions<Record<string, never>>): Map<string, BoundMethod> {
  const handlers = options.handlers as unknown as Record<string, AnyHandler | undefined>;
  const schemas = options.requests as unknown as Record<string, ZodType | undefined>;
  const bound = new Map<string, BoundMethod>();
  for (const [name, definition] of Object.entries(serviceDefinition(options.name))) {
    const handler = handlers[name];
    if (handler === undefined) throw new Error(`${options.name} has no handler for ${name}`);
    const access = accessOf(definition);
    const method: Method = {
      service: options.name,
      name,
      domain: options.domain,
      scopes: access.anonymous ? null : access.scopes,
      isShared: access.shared,
      check: createRequestCheck(messageNameOf(options.name, definition.requestType), schemas[name]),
    };
    bound.set(name, {
      complete: (request) => definition.requestDeserialize(definition.requestSerialize(request)),
      async invoke(request, incoming) {
        const call = callOf(incoming);
        const invocation = { method, request, incoming, call };
        const answer = () => handler(request, call);
        return (await runThrough(SERVICE_PIPELINE, invocation, options.parts, answer)) as object;
      },
    });
  }
  return bound;
}

function createRequestCheck(messageName: string, schema: ZodType | undefined): Method['check'] {
  const checkMessage = createMessageCheck(messageName);
  return (request) => {
    const faults = [...checkMessage(request), ...unstorableTexts(request)];
    if (faults.length > 0 || schema === undefined) return faults;
    const parsed = schema.safeParse(request);
    if (parsed.success) return [];
    return faultsOf(parsed.error.issues);
  };
}

/** PostgreSQL takes every character in a text but U+0000, and would fail in the middle of the work. */
function unstorableTexts(value: unknown, path = ''): FieldFault[] {
  if (typeof value === 'string') {
    return value.includes('\0') ? [{ path, message: 'takes every character but U+0000: leave it out' }] : [];
  }
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    unstorableTexts(inner, path === '' ? key : `${path}.${key}`),
  );
}

/** What is known before the pipeline has run; its middleware fills in the rest. */
function callOf(incoming: IncomingCall): CallContext {
  return {
    door: incoming.door,
    requestId: '',
    viewer: null,
    deadline: Number.POSITIVE_INFINITY,
    signal: incoming.signal,
    address: incoming.address,
    userAgent: null,
  };
}
