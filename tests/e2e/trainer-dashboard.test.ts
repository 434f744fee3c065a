import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStatementCount, type StatementCount } from '../statement-count.ts';
import { DOMAINS, type E2eNetwork, type Person, startNetwork } from './network.ts';

/** All that a trainer's dashboard shows: every domain adds to the client what its grant lets the trainer see. */
const DASHBOARD = /* GraphQL */ `
  query Dashboard {
    viewer {
      clientRelationships(states: [ACTIVE], first: 50) {
        nodes {
          permissions
          nextAppointment { title startsAt }
          client {
            name
            unreadClientMessageCount
            openMealPlanOverrideCount
            lastWorkoutSession { title endedAt }
            workoutWeeks(first: 4) { sessionCount adherencePercent }
            weightTrend(days: 30) { kgPerWeek }
          }
        }
      }
    }
  }
`;

interface DashboardData {
  viewer: {
    clientRelationships: {
      nodes: {
        permissions: string[];
        nextAppointment: { title: string } | null;
        client: {
          name: string;
          unreadClientMessageCount: number | null;
          openMealPlanOverrideCount: number | null;
          workoutWeeks: object[] | null;
        };
      }[];
    };
  };
}

/** Those that keep the grants. */
const GRANTED_DOMAINS = ['workouts', 'diet'];

let network: E2eNetwork;
let statements: StatementCount;
let admin: pg.Pool;
let trainer: Person;

beforeAll(async () => {
  network = await startNetwork({ domains: [...DOMAINS, 'training', ...GRANTED_DOMAINS] });
  statements = await openStatementCount(network.database.adminUrl);
  admin = new pg.Pool({ connectionString: network.database.adminUrl, max: 3 });
  trainer = await network.signUp('Tara');
});

afterAll(async () => {
  await admin?.end();
  await statements?.close();
  await network?.close();
});

it('asks as much of 50 clients as of one, and no more than a call and a few statements a domain', async () => {
  await addClients(1);
  const one = await costOfDashboard(1);
  await addClients(49);
  const fifty = await costOfDashboard(50);
  expect(fifty).toEqual(one);
  expect(fifty.calls).toBeLessThanOrEqual(6);
  expect(fifty.statements).toBeLessThanOrEqual(16);
});

async function costOfDashboard(clients: number): Promise<{ calls: number; statements: number }> {
  const callsBefore = await subgraphCalls();
  const ran = await statements.during(async () => {
    const { data, errors } = await network.run<DashboardData>(DASHBOARD, { token: trainer.token });
    expect(errors).toBeUndefined();
    const nodes = data?.viewer.clientRelationships.nodes ?? [];
    expect(nodes).toHaveLength(clients);
    for (const { client, nextAppointment } of nodes) {
      expect(client.name).toMatch(/^Client /);
      expect(client).toMatchObject({ unreadClientMessageCount: 0, openMealPlanOverrideCount: 0 });
      expect(client.workoutWeeks).toHaveLength(4);
      expect(nextAppointment?.title).toBe('Squats');
    }
  });
  return {
    calls: (await subgraphCalls()) - callsBefore,
    statements: ran.reduce((sum, { calls }) => sum + calls, 0),
  };
}

async function subgraphCalls(): Promise<number> {
  const text = await (await fetch(`${network.gatewayUrl}/metrics`)).text();
  const counts = [...text.matchAll(/^fitme_gateway_subgraph_fetch_duration_seconds_count\{.*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

/**
 * Makes clients who grant everything, by hand: a sign-up takes a second of argon2 for each ten. Told that its history is
 * lost, every domain takes the grants anew, as it would from a restored database.
 */
async function addClients(count: number): Promise<void> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await admin.query(
    `INSERT INTO users.people (id, email, password_hash, name, handle, search_name, search_bigrams, created_at)
     SELECT id, id || '@e2e.example', '', 'Client ' || nth, 'c' || left(replace(id::text, '-', ''), 19),
            'client', '{}', now()
     FROM unnest($1::uuid[]) WITH ORDINALITY AS client (id, nth)`,
    [ids],
  );
  await admin.query(
    `INSERT INTO training.relationships
       (id, trainer_id, client_id, state, permissions, message, opened_at, accepted_at, changed_at)
     SELECT id, $2, id, 'ACTIVE', '{WORKOUTS,DIET,MEASUREMENTS,MESSAGES}', '', now(), now(), now()
     FROM unnest($1::uuid[]) AS client (id)`,
    [ids, trainer.id],
  );
  await admin.query(
    `INSERT INTO training.appointments
       (id, relationship_id, trainer_id, client_id, title, place, starts_at, ends_at, created_by_id)
     SELECT gen_random_uuid(), id, $2, id, 'Squats', '', now() + interval '1 day', now() + interval '25 hours', $2
     FROM unnest($1::uuid[]) AS client (id)`,
    [ids, trainer.id],
  );
  await admin.query('UPDATE training.log_epoch SET epoch = $1', [randomUUID()]);
  const given = await grantsGiven();
  await expect.poll(grantsKept).toEqual([given, ...GRANTED_DOMAINS.map(() => given)]);
}

/** How many grants each domain that keeps them has, and of which history. */
async function grantsKept() {
  const kept = ['messaging', ...GRANTED_DOMAINS].map(async (domain) => {
    const { rows } = await admin.query(
      `SELECT count(*)::int AS grants, min(epoch) AS epoch FROM ${domain}.trainer_grants
       CROSS JOIN ${domain}.consumer_positions
       WHERE consumer = 'trainer-grants' AND (
         SELECT complete_at > now() - interval '1 second' FROM ${domain}.trainer_grants_freshness
       )`,
    );
    return rows[0];
  });
  return Promise.all(kept);
}

async function grantsGiven() {
  const { rows } = await admin.query(
    `SELECT count(*)::int AS grants, min(epoch) AS epoch FROM training.relationships CROSS JOIN training.log_epoch`,
  );
  return rows[0];
}
