import type { ZodType } from 'zod';
import type { CallContext, IncomingCall } from '../call.ts';
import type { Methods, RequestInputOf, RequestOf, ResponseOf, ServiceName } from '../grpc/contract.ts';

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
    request: RequestInputOf<Definition[Name]>,
  ) => Promise<ResponseOf<Definition[Name]>>;
};

/** A service behind its pipeline, ready for both doors. */
export interface Service<Definition = unknown> {
  name: ServiceName<Definition>;
  /** The GraphQL door: every call passes through the same middleware as over gRPC. */
  local(call: IncomingCall): LocalClient<Definition>;
  /** The gRPC door: method by its proto name. */
  invoke(method: string, request: unknown, call: IncomingCall): Promise<unknown>;
}
