import type { Viewer } from './viewer.ts';

/** The door a call came through. */
export type Door = 'graphql' | 'grpc';

/** A call as it arrives, before the pipeline has looked at it. */
export interface IncomingCall {
  door: Door;
  /** First value of a header or metadata key, lower case. */
  header(name: string): string | undefined;
  /** When the caller stops waiting, milliseconds since 1970; undefined where they did not say. */
  deadline: number | undefined;
  /** Aborts when the caller goes away. */
  signal: AbortSignal;
  /** Address of the client, from behind trusted proxies; null where unknown. */
  address: string | null;
}

/** What a handler knows of the call it answers. */
export interface CallContext {
  door: Door;
  /** Names the client's request across all hops. */
  requestId: string;
  /** Null only in methods whose access is anonymous. */
  viewer: Viewer | null;
  /** When the caller stops waiting, milliseconds since 1970. */
  deadline: number;
  /** Aborts at the deadline, and when the caller goes away. */
  signal: AbortSignal;
  /** Address of the client; null where unknown. */
  address: string | null;
  /** The client's User-Agent; null where it sent none. */
  userAgent: string | null;
}

/** A service behind its pipeline, as whoever serves it sees it. */
export interface ServedService {
  /** Full proto name. */
  name: string;
  /** The gRPC door: a deserialised request, the method by its proto name. */
  invoke(method: string, request: object, call: IncomingCall): Promise<object>;
}
