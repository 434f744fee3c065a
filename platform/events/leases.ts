import pg from 'pg';
import type { Logger } from '#observability/logger.ts';
import { withoutTrace, withUnsampledTrace } from '#observability/tracing.ts';

/** The connection that holds leases: what runs on it runs only for as long as they are held. */
export type LeaseSession = Pick<pg.Client, 'query'>;

interface LeaseHolder {
  /** The lease is ours from now on. Must not throw. */
  onHeld(session: LeaseSession): void;
  /** It is ours no more, because the connection is gone; another process may hold it already. Must not throw. */
  onLost(): void;
}

/** Which of several processes does a thing that only one may do. */
export interface Leases {
  /** Takes the lease as soon as nobody else holds it. The function returned gives it up. */
  take(name: string, holder: LeaseHolder): () => Promise<void>;
  close(): Promise<void>;
}

interface LeasesOptions {
  /** The domain's own URL; one connection is used however many leases there are. */
  connectionString: string;
  domain: string;
  log: Logger;
  /** Between two tries for a lease that another process holds. 1,000 where left out. */
  retryMs?: number;
}

interface Lease extends LeaseHolder {
  held: boolean;
}

/** Name of the connection in pg_stat_activity. */
export function leaseSessionName(domain: string): string {
  return `fitme-${domain}-leases`;
}

/**
 * Leases as PostgreSQL's session advisory locks on one connection that serves nothing else: they end with the connection,
 * so a killed process leaves none behind. A process that vanishes without a word (its machine is gone) is noticed by
 * TCP keepalive after some 20 s.
 */
export function createLeases(options: LeasesOptions): Leases {
  return new SessionLeases(options);
}

class SessionLeases implements Leases {
  readonly #options: LeasesOptions;
  readonly #leases = new Map<string, Lease>();
  readonly #timer: NodeJS.Timeout;
  #session: pg.Client | undefined;
  #turn: Promise<void> | undefined;
  #closed = false;

  constructor(options: LeasesOptions) {
    this.#options = options;
    this.#timer = withoutTrace(() =>
      setInterval(() => {
        if ([...this.#leases.values()].some((lease) => !lease.held)) this.#trySoon();
      }, options.retryMs ?? 1_000),
    );
  }

  take(name: string, holder: LeaseHolder): () => Promise<void> {
    const { domain } = this.#options;
    // PostgreSQL would grant it a second time: a session does not exclude itself.
    if (this.#leases.has(name))
      throw new Error(`The lease ${name} of ${domain} is taken by this process already`);
    const lease: Lease = { ...holder, held: false };
    this.#leases.set(name, lease);
    this.#trySoon();
    return async () => {
      if (this.#leases.get(name) !== lease) return;
      this.#leases.delete(name);
      await this.#turn;
      await this.#session?.query(UNLOCK, [keyOf(domain, name)]).catch(() => {});
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    this.#leases.clear();
    await this.#turn;
    const open = this.#session;
    this.#session = undefined;
    await open?.end().catch(() => {});
  }

  #trySoon(): void {
    if (this.#closed) return;
    this.#turn ??= withUnsampledTrace(() => this.#tryAll()).finally(() => {
      this.#turn = undefined;
    });
  }

  /** One try for everything that is not held, on a fresh connection where there is none. */
  async #tryAll(): Promise<void> {
    const { domain, log } = this.#options;
    try {
      const session = this.#session ?? (await this.#connect());
      this.#session = session;
      for (const [name, lease] of this.#leases) {
        if (lease.held || this.#closed) continue;
        const { rows } = await session.query<{ held: boolean }>(TRY_LOCK, [keyOf(domain, name)]);
        // Given up while the answer was on its way: the unlock follows on the same connection.
        if (rows[0]?.held !== true || this.#leases.get(name) !== lease) continue;
        lease.held = true;
        lease.onHeld(session);
      }
    } catch (err) {
      log.warn({ err }, 'the connection for leases failed; trying again in a second');
    }
  }

  async #connect(): Promise<pg.Client> {
    const { connectionString, domain, log } = this.#options;
    const client = new pg.Client({
      connectionString,
      application_name: leaseSessionName(domain),
      options: `-c search_path=${domain} ${KEEPALIVE} ${PLAIN_INDEX_SCANS}`,
      keepAlive: true,
    });
    client.on('error', (err) => log.warn({ err }, 'the connection for leases broke'));
    client.on('end', () => this.#forget(client));
    await client.connect();
    return client;
  }

  #forget(client: pg.Client): void {
    if (this.#session !== client) return;
    this.#session = undefined;
    for (const lease of this.#leases.values()) {
      if (!lease.held) continue;
      lease.held = false;
      lease.onLost();
    }
  }
}

const TRY_LOCK = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held';
const UNLOCK = 'SELECT pg_advisory_unlock(hashtextextended($1, 0))';
/**
 * The index of what is to be sealed holds an entry of each event that was sealed since the last vacuum. A plain index scan
 * passes over such an entry once, and marks it; the others would visit all of them each time.
 */
const PLAIN_INDEX_SCANS = '-c enable_bitmapscan=off -c enable_seqscan=off';
const KEEPALIVE = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=3 -c tcp_keepalives_count=3';

function keyOf(domain: string, name: string): string {
  return `fitme.${domain}.${name}`;
}
