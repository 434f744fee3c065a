import { createRemoteJWKSet, type JSONWebKeySet } from 'jose';
import type { Logger } from '#observability/logger.ts';
import type { ClientMetrics } from '#observability/metrics.ts';
import { DomainError } from '#platform/errors.ts';
import { domainOf } from '#platform/events/channels.ts';
import { liveSourceService } from '#platform/events/live-source.ts';
import { createRevocations, REVOCATIONS_TOPIC, type Revocations } from '#platform/events/revocations.ts';
import type { Wakeups } from '#platform/events/wakeups.ts';
import { createGrpcPeer } from '#platform/grpc/client.ts';
import { createTokenVerifier } from '#platform/tokens/verifier.ts';
import type { Viewer } from '#platform/viewer.ts';
import { gatewayError, toGraphQLError } from './errors.ts';

/** Who is at the door. */
export interface Auth {
  /**
   * The viewer of an Authorization header; null for nobody. A token is verified once, and then known.
   *
   * @throws GraphQLError UNAUTHENTICATED with status 401
   */
  viewerOf(authorization: string | undefined): Promise<Viewer | null>;
  revocations: Pick<Revocations, 'isRevoked' | 'onRevoked' | 'ready'>;
  close(): Promise<void>;
}

export interface AuthOptions {
  userKeysUrl: string;
  serviceKeys: JSONWebKeySet;
  /** gRPC addresses by the first segment of topic names. */
  sources: Readonly<Record<string, string>>;
  serviceToken(): Promise<string>;
  wakeups: Wakeups;
  log: Logger;
  metrics: ClientMetrics;
  now(): number;
}

/** Opens what tokens are judged by: their issuer's keys, and the list of sessions that were ended. */
export function createAuth({
  userKeysUrl,
  serviceKeys,
  sources,
  serviceToken,
  wakeups,
  log,
  metrics,
  now,
}: AuthOptions): Auth {
  const name = domainOf(REVOCATIONS_TOPIC);
  const address = sources[name];
  if (address === undefined)
    throw new Error(`LIVE_SOURCES: names no address of ${name}, which tells ended sessions`);
  const peer = createGrpcPeer({ name, address, serviceToken, metrics });
  const revocations = createRevocations({ wakeups, log, now });
  revocations.follow(peer.service(liveSourceService));
  const verifier = createTokenVerifier({
    userKeys: createRemoteJWKSet(new URL(userKeysUrl), { cooldownDuration: 5_000 }),
    serviceKeys,
    isRevoked: revocations.isRevoked,
    now,
  });
  return {
    revocations,
    async viewerOf(authorization) {
      if (authorization === undefined) return null;
      try {
        return await verifier.verifyHeader(authorization);
      } catch (error) {
        throw refusal(error);
      }
    },
    async close() {
      await revocations.close();
      peer.close();
    },
  };
}

/** Nobody is anybody: tokens are neither read nor needed. */
export function createNoAuth(): Auth {
  return {
    revocations: { isRevoked: () => false, onRevoked: () => () => {}, ready: () => true },
    viewerOf: async () => null,
    close: async () => {},
  };
}

function refusal(error: unknown): unknown {
  if (!(error instanceof DomainError)) return error;
  if (error.code === 'UNAUTHENTICATED')
    return gatewayError('UNAUTHENTICATED', error.message, { status: 401 });
  if (error.code === 'UNAVAILABLE') return gatewayError('UNAVAILABLE', error.message, { status: 503 });
  return toGraphQLError(error);
}
