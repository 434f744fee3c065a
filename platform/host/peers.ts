import type { Metrics } from '#observability/metrics.ts';
import { ConfigError } from '../config.ts';
import { createGrpcPeer, type GrpcPeer } from '../grpc/client.ts';
import { createServiceIdentity, type ServiceIdentity } from '../tokens/service-identity.ts';
import type { HostConfig } from './config.ts';

interface PeersOptions {
  config: HostConfig;
  /** Where this process answers gRPC: for the domains that it hosts itself. */
  ownPort: number;
  metrics: Metrics;
  /** Milliseconds since 1970. */
  now(): number;
}

/** The connections by which hosted domains call each other and those elsewhere, each under its own identity. */
export class Peers {
  readonly #options: PeersOptions;
  readonly #identities: ReadonlyMap<string, ServiceIdentity>;
  readonly #open = new Map<string, GrpcPeer>();

  /** @throws ConfigError where a hosted domain has no key. */
  constructor(options: PeersOptions) {
    const { config, now } = options;
    this.#options = options;
    this.#identities = new Map(config.domains.map((domain) => [domain, identityOf(config, domain, now)]));
  }

  /** The connection by which one domain calls another; opened at the first call. */
  from(caller: string, callee: string): GrpcPeer {
    const { config, ownPort, metrics } = this.#options;
    const own = config.domains.includes(callee) ? `127.0.0.1:${ownPort}` : undefined;
    const address = config.grpcAddresses[callee] ?? own;
    const identity = this.#identities.get(caller);
    if (address === undefined)
      throw new ConfigError(`GRPC_ADDRESSES: names no address of ${callee}, which ${caller} calls`);
    if (identity === undefined) throw new Error(`${caller} is not hosted here`);
    const key = `${caller} > ${callee}`;
    const peer =
      this.#open.get(key) ?? createGrpcPeer({ name: callee, address, serviceToken: identity.token, metrics });
    this.#open.set(key, peer);
    return peer;
  }

  close(): void {
    for (const peer of this.#open.values()) peer.close();
  }
}

function identityOf(config: HostConfig, role: string, now: () => number): ServiceIdentity {
  const key = config.tokens.ownKeys.keys.find(({ kid }) => kid === role);
  if (key === undefined) throw new ConfigError(`SERVICE_PRIVATE_KEYS: holds no key with kid "${role}"`);
  return createServiceIdentity({ role, key, now });
}
