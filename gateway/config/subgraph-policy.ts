/** Bounds what one subgraph may cost, and says how it is treated when it fails. */
export interface SubgraphPolicy {
  /** Longest time of one fetch, retries and waiting included; the operation's deadline where that comes first. */
  timeoutMs: number;
  /** Most connections, and so most fetches at a time. */
  connections: number;
  /** Most fetches that wait for a connection; what comes beyond is refused at once. */
  queue: number;
  /** Largest response, bytes. */
  maxResponseBytes: number;
  /** It answers public data without any header of a client: such fetches are then sent without, and shared. */
  anonymousPublic: boolean;
  /** Identical reads of several requests that are under way at a time are sent once; see `createJoinedEndpoint`. */
  shareReads: boolean;
  /** How often a query is sent again; a mutation never is. */
  retries: number;
  /** Retries, as a share of all fetches, beside `retriesPerSecond`. */
  retryRatio: number;
  retriesPerSecond: number;
  /** The breaker opens where this share of the attempts of a window failed, 0 to 1. */
  breakerFailureRate: number;
  /** Attempts of a window below which nothing is concluded. */
  breakerMinRequests: number;
  breakerWindowMs: number;
  /** How long an open breaker refuses before it lets one fetch through. */
  breakerOpenMs: number;
}

/** Policies by subgraph, each as far as it differs; that of "*" is for all. */
export type SubgraphPolicies = Readonly<Record<string, Partial<SubgraphPolicy>>>;

/** This holds where nothing else is configured. */
export const DEFAULT_POLICY: Readonly<SubgraphPolicy> = {
  timeoutMs: 10_000,
  connections: 100,
  queue: 2_000,
  maxResponseBytes: 16 * 1024 * 1024,
  anonymousPublic: false,
  shareReads: true,
  retries: 2,
  retryRatio: 0.1,
  retriesPerSecond: 3,
  breakerFailureRate: 0.5,
  breakerMinRequests: 20,
  breakerWindowMs: 10_000,
  breakerOpenMs: 1_000,
};

/** The policy of one subgraph. */
export function policyOf(
  name: string,
  base: Partial<SubgraphPolicy>,
  policies: SubgraphPolicies,
): SubgraphPolicy {
  return { ...DEFAULT_POLICY, ...base, ...policies['*'], ...policies[name] };
}
