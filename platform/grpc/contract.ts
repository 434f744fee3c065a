import type { MethodDefinition } from '@grpc/proto-loader';

/** The methods of a service, as proto-loader-gen-types declares them (`XServiceDefinition`). */
export type Methods<Definition> = {
  [Name in keyof Definition as string extends Name
    ? never
    : number extends Name
      ? never
      : Name]: Definition[Name];
};

/** A method's request as its handler receives it, complete with defaults. */
export type RequestOf<Method> =
  Method extends MethodDefinition<infer _In, infer _Out, infer Request, infer _Response> ? Request : never;

/** A method's response, complete: the two doors answer alike because no default is left to one of them. */
export type ResponseOf<Method> =
  Method extends MethodDefinition<infer _In, infer _Out, infer _Request, infer Response> ? Response : never;

/** A method's request as its caller writes it; what is left out takes its default. */
export type RequestInputOf<Method> =
  Method extends MethodDefinition<infer Input, infer _Out, infer _Request, infer _Response> ? Input : never;

/** As GraphQL's inputs come: null is what is left out, since a field that is null is not set in proto. */
export type WithNulls<Value> = Value extends readonly (infer Item)[]
  ? WithNulls<Item>[]
  : Value extends Uint8Array
    ? Value
    : Value extends object
      ? { [Field in keyof Value]: WithNulls<Value[Field]> | null }
      : Value;

declare const methods: unique symbol;

/** Full name of a proto service, which knows the types of its methods. */
export type ServiceName<Definition> = string & { readonly [methods]?: Definition };

/** Names a proto service, for example `serviceName<UsersServiceDefinition>('fitme.users.v1.UsersService')`. */
export function serviceName<Definition>(name: string): ServiceName<Definition> {
  return name;
}
