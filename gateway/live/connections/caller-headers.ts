import { headerReader, type OwnHeaders } from '../../request/context.ts';
import type { Session } from './sessions.ts';

/** What a door knows of the request that opened a connection. */
export interface OpeningRequest {
  /** A header by its lower-case name. */
  header(name: string): string | undefined;
  /** The client's address, from behind trusted proxies. */
  address: string | undefined;
}

/** Headers for subgraphs, of each moment: a subscription goes on under the token that was handed in last. */
export function callerHeaders(
  { header, address }: OpeningRequest,
  session: Session,
  requestId: string,
): (name: string) => string | undefined {
  const own: OwnHeaders = {
    get authorization() {
      const { viewer, authorization } = session;
      return viewer === null ? authorization : `Bearer ${viewer.token}`;
    },
    'x-request-id': requestId,
    'x-forwarded-for': address,
  };
  return headerReader(own, header);
}
