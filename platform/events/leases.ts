import pg from 'pg';
import type { Logger } from '#observability/logger.ts';
import { withoutTrace, withUnsampledTrace } from '#observability/tracing.ts';

/** The connection that holds leases: what runs on it runs only for as long as they are held. */
export type LeaseSession = Pick<pg.Client, 'query'>;

export interface LeaseHolder {
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

export interface LeasesOptions {
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
export function createLeases({ connectionString, domain, log, retryMs = 1_000 }: LeasesOptions): Leases {
  const leases = new Map<string, Lease>();
  let session: pg.Client | undefined;
  let turn: Promise<void> | undefined;
  let closed = false;

  /** One try for everything that is not held, on a fresh connection where there is none. */
  async function tryAll(): Promise<void> {
    try {
      session ??= await connect();
      for (const [name, lease] of leases) {
        if (lease.held || closed) continue;
        const { rows } = await session.query<{ held: boolean }>(TRY_LOCK, [keyOf(domain, name)]);
        // Given up while the answer was on its way: `give` follows on the same connection.
        if (rows[0]?.held !== true || leases.get(name) !== lease) continue;
        lease.held = true;
        lease.onHeld(session);
      }
    } catch (err) {
      log.warn({ err }, 'the connection for leases failed; trying again in a second');
    }
  }

  function soon(): void {
    if (closed) return;
    turn ??= withUnsampledTrace(tryAll).finally(() => {
      turn = undefined;
    });
  }

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString,
      application_name: leaseSessionName(domain),
      options: `-c search_path=${domain} ${KEEPALIVE} ${PLAIN_INDEX_SCANS}`,
      keepAlive: true,
    });
    client.on('error', (err) => log.warn({ err }, 'the connection for leases broke'));
    client.on('end', () => forget(client));
    await client.connect();
    return client;
  }

  function forget(client: pg.Client): void {
    if (session !== client) return;
    session = undefined;
    for (const lease of leases.values()) {
      if (!lease.held) continue;
      lease.held = false;
      lease.onLost();
    }
  }

  const timer = withoutTrace(() =>
    setInterval(() => {
      if ([...leases.values()].some((lease) => !lease.held)) soon();
    }, retryMs),
  );

  return {
    take(name, holder) {
      // PostgreSQL would grant it a second time: a session does not exclude itself.
      if (leases.has(name))
        throw new Error(`The lease ${name} of ${domain} is taken by this process already`);
      const lease: Lease = { ...holder, held: false };
      leases.set(name, lease);
      soon();
      return async () => {
        if (leases.get(name) !== lease) return;
        leases.delete(name);
        await turn;
        await session?.query(UNLOCK, [keyOf(domain, name)]).catch(() => {});
      };
    },

    async close() {
      closed = true;
      clearInterval(timer);
      leases.clear();
      await turn;
      const open = session;
      session = undefined;
      await open?.end().catch(() => {});
    },
  };
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
