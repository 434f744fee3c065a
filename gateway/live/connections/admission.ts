import { GraphQLError } from 'graphql';
import type { LiveLimit } from '#observability/live-metrics.ts';
import type { Metrics } from '#observability/metrics.ts';
import type { LiveLimitsConfig } from '../../config/live.ts';
import { clientOf } from '../../rate-limits/addresses.ts';
import { CLOSE_CODES } from './close-codes.ts';
import type { Occupancy } from './occupancy.ts';

/** Lets connections of live doors in, or not. Places are left when the connection's signal aborts. */
export interface Admission {
  /**
   * A connection that opens.
   *
   * @param address null where nobody knows it
   * @throws TooManyError
   */
  connection(address: string | null, signal: AbortSignal): Promise<void>;
  /**
   * A connection of which it is known whose it is.
   *
   * @throws TooManyError
   */
  viewer(viewerId: string, signal: AbortSignal): Promise<void>;
}

/** One connection more than there may be, as a request over HTTP gets it; a socket is closed with `closeCode`. */
export class TooManyError extends GraphQLError {
  override readonly name = 'TooManyError';
  readonly closeCode: number;

  constructor(message: string, { closeCode, status }: Refusal) {
    super(message, {
      extensions: { code: 'RESOURCE_EXHAUSTED', reason: 'OPEN_OPERATION_LIMIT', http: { status } },
    });
    this.closeCode = closeCode;
  }
}

interface Refusal {
  closeCode: number;
  /** The status of HTTP. */
  status: number;
}

/** Another gateway has room, or this one in a moment. */
const FULL: Refusal = { closeCode: CLOSE_CODES.tryAgainLater, status: 503 };
/** The client has to close some. */
const TOO_MANY: Refusal = { closeCode: CLOSE_CODES.tooManyConnections, status: 429 };

export interface AdmissionOptions {
  limits: LiveLimitsConfig;
  /** Counts the connections of all gateways. */
  occupancy: Occupancy;
  /** Counts the connections of this process. */
  connections(): number;
  metrics: Metrics;
}

/** Makes the admission of a gateway. */
export function createAdmission({ limits, occupancy, connections, metrics }: AdmissionOptions): Admission {
  function refuse(limit: LiveLimit, message: string, how: Refusal): never {
    metrics.live.refused(limit);
    throw new TooManyError(message, how);
  }

  async function enter(key: string, limit: number, signal: AbortSignal): Promise<boolean> {
    const leave = await occupancy.enter(key, limit);
    if (leave === null) return false;
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    return true;
  }

  return {
    async connection(address, signal) {
      if (connections() > limits.connections)
        refuse('connections', 'This gateway is full: connect again in a moment.', FULL);
      if (address === null) return;
      if (await enter(`address ${clientOf(address)}`, limits.connectionsPerAddress, signal)) return;
      const message = `Your address has ${limits.connectionsPerAddress} connections: close one first.`;
      refuse('connections_per_address', message, TOO_MANY);
    },
    async viewer(viewerId, signal) {
      if (await enter(`viewer ${viewerId}`, limits.connectionsPerViewer, signal)) return;
      const message = `You have ${limits.connectionsPerViewer} connections: close one first.`;
      refuse('connections_per_viewer', message, TOO_MANY);
    },
  };
}
