/** Codes with which a socket is closed; docs/LIVE-PROTOCOL.md says what each asks of the client. */
export const CLOSE_CODES = {
  /** Nothing ran over the socket for a while. Clients reconnect when they have something to run. */
  idle: 1000,
  /** The gateway shuts down. Clients reconnect. */
  goingAway: 1001,
  /** Redis is out, or the gateway is full. Clients try again later. */
  tryAgainLater: 1013,
  /** More connections of this address or person than there may be. Clients try again later. */
  tooManyConnections: 4290,
  /** A message that is not of the protocol. Final. */
  badRequest: 4400,
  /** The token is not valid, or its session was ended. Final. */
  unauthorized: 4401,
  /** The token expired. Clients refresh it and reconnect. */
  tokenExpired: 4403,
  /** A fault of the gateway. Final. */
  internalError: 4500,
} as const;

/** Live updates cannot be had right now, for nobody: the socket closes with 1013. */
export class LiveUnavailableError extends Error {
  override readonly name = 'LiveUnavailableError';
}
