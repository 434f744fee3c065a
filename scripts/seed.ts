import pg from 'pg';
import { withConnection } from './database/connect.ts';
import { createStopSignal } from './processes/lifetime.ts';
import { untilApplied } from './seed/applied.ts';
import { gatherCrowd } from './seed/crowd.ts';
import { PEOPLE } from './seed/people.ts';
import { runMain, SetupError } from './terminal.ts';

/**
 * Makes the demo world, once, with the variables of a services process: people who know each other, what they have
 * written, and what waits for the demo user. Quick where it stands already. The services need not run.
 */
export async function seed(environment: Record<string, string | undefined>): Promise<void> {
  const url = environment['USERS_DATABASE_URL'];
  if (!url) throw new SetupError('USERS_DATABASE_URL is missing: start the seed by "npm start".');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    if (await isSeeded(client)) return;
    await Promise.all([makeWithin(environment, client), gatherCrowd(environment)]);
    await makeAdministrator(client);
  } finally {
    await client.end();
  }
}

/** The demo world without the crowd on its boards. */
export async function seedWorld(environment: Record<string, string | undefined>): Promise<void> {
  await withConnection(environment['USERS_DATABASE_URL'] ?? '', (client) => makeWithin(environment, client));
}

async function makeWithin(environment: Record<string, string | undefined>, client: pg.Client): Promise<void> {
  const { startSeedHost } = await import('./seed/host.ts');
  const { makeWorld } = await import('./seed/world.ts');
  const host = await startSeedHost(environment);
  try {
    await makeWorld(host, (email, role) => grantRole(client, email, role));
    await untilApplied(environment);
  } finally {
    await host.close();
  }
}

const admin = PEOPLE.find(({ role }) => role === 'ADMIN');

/** The administrator is the last step, and so the sign that all is done. */
async function isSeeded(client: pg.Client): Promise<boolean> {
  const sql = "SELECT 1 FROM people WHERE email = $1 AND 'ADMIN' = ANY (roles)";
  const { rowCount } = await client.query(sql, [admin?.email]);
  return rowCount === 1;
}

/** By hand: the first administrator has nobody who could grant the role. */
async function makeAdministrator(client: pg.Client): Promise<void> {
  if (admin?.role) await grantRole(client, admin.email, admin.role);
}

async function grantRole(client: pg.Client, email: string, role: string): Promise<void> {
  const sql =
    'UPDATE people SET roles = array_append(roles, $2::role) WHERE email = $1 AND $2::role <> ALL (roles)';
  await client.query(sql, [email, role]);
}

if (import.meta.main) {
  // A start that was killed takes its databases along: what is half made here would wait for them without end.
  createStopSignal().addEventListener('abort', () => process.exit(1));
  await runMain(() => seed(process.env));
}
