import type { TrainingServiceDefinition } from '#gen/proto/fitme/training/v1/TrainingService.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { ConsumerDefinition } from '../events/consuming/definition.ts';
import type { ServiceClient } from '../grpc/client.ts';
import { backgroundCall } from '../grpc/outgoing-call.ts';
import { executeIn, queryIn, type SqlTransaction, sql } from '../sql/statement.ts';
import { permissions, type TrainerPermission } from './trainer-grants.ts';

/** What a trainer may see of a client. */
interface Grant {
  trainerId: string;
  clientId: string;
  permissions: readonly TrainerPermission[];
}

/** What a trainer could see of a client, and can from now on. */
export interface GrantChange {
  trainerId: string;
  clientId: string;
  before: readonly TrainerPermission[];
  after: readonly TrainerPermission[];
}

interface GrantsConsumerOptions<Client> {
  db: Pick<Database<Client>, 'query'>;
  training: Pick<ServiceClient<TrainingServiceDefinition>, 'listGrants'>;
  /**
   * What else happens in the domain when a grant changes, in the same transaction: for example an event on the live topic
   * that the trainer can see no more of.
   */
  onChanged?(transaction: Transaction<Client>, change: GrantChange): Promise<void>;
}

/** Several times within the time after which a copy counts as old: a slow turn should not make it so. */
const POLL_MS = 400;
const NAME = 'trainer-grants';
const PAGE_SIZE = 1_000;

/** Keeps the copy behind createTrainerGrants: training's events, and a note of how fresh it is. */
export function createGrantsConsumer<Client>({
  db,
  training,
  onChanged,
}: GrantsConsumerOptions<Client>): ConsumerDefinition<Client, null> {
  async function keep(transaction: Transaction<Client>, grant: Grant): Promise<void> {
    const before = await replaceGrant(transaction.tx, grant);
    await report(transaction, { ...grant, before, after: grant.permissions });
  }

  async function report(transaction: Transaction<Client>, change: GrantChange): Promise<void> {
    const { before, after } = change;
    if (before.length === after.length && before.every((permission) => after.includes(permission))) return;
    await onChanged?.(transaction, change);
  }

  return {
    name: NAME,
    from: 'training',
    kinds: ['training.grants-changed'],
    pollMs: POLL_MS,
    load: async () => null,

    async apply(transaction, { grantsChanged }) {
      if (grantsChanged) await keep(transaction, grantOf(grantsChanged));
    },

    async resynchronise(signal) {
      const present = await readAll(training, signal);
      return async (transaction) => {
        const { tx } = transaction;
        // What is read may be ahead of the events that are applied next: fresh only when they are.
        await executeIn(tx, FORGET_FRESHNESS, []);
        const kept = await queryIn(tx, LIST_KEPT, []);
        const keys = new Set(present.map(keyOf));
        for (const gone of kept.filter((grant) => !keys.has(keyOf(grant))))
          await keep(transaction, { ...gone, permissions: [] });
        for (const grant of present) await keep(transaction, grant);
      };
    },

    async caughtUp({ epoch, position }, ageMs) {
      await db.query(NOTE_FRESHNESS, [ageMs, NAME, epoch, position]);
    },
  };
}

/** Puts a grant in the place of the one there was, and answers with what that allowed. */
async function replaceGrant(
  tx: SqlTransaction,
  { trainerId, clientId, permissions: after }: Grant,
): Promise<TrainerPermission[]> {
  const [kept] = await queryIn(tx, LOCK_GRANT, [trainerId, clientId]);
  if (after.length > 0) await executeIn(tx, SET_GRANT, [trainerId, clientId, [...after]]);
  else if (kept) await executeIn(tx, DELETE_GRANT, [trainerId, clientId]);
  return kept?.permissions ?? [];
}

async function readAll(
  training: GrantsConsumerOptions<unknown>['training'],
  signal: AbortSignal,
): Promise<Grant[]> {
  const all: Grant[] = [];
  let after: { afterTrainerId?: string; afterClientId?: string } = {};
  for (;;) {
    const { grants } = await training.listGrants(
      { ...after, limit: PAGE_SIZE },
      { as: 'service', call: backgroundCall(signal) },
    );
    all.push(...grants.map(grantOf));
    const last = grants.at(-1);
    if (last === undefined || grants.length < PAGE_SIZE) return all;
    after = { afterTrainerId: last.trainerId, afterClientId: last.clientId };
  }
}

/** A permission that this build does not know is one that it does not ask for. */
function grantOf(message: {
  trainerId: string;
  clientId: string;
  permissions: Parameters<typeof permissions.nameOf>[0][];
}): Grant {
  const known = message.permissions.map(permissions.nameOf).filter((permission) => permission !== null);
  return { trainerId: message.trainerId, clientId: message.clientId, permissions: known };
}

function keyOf({ trainerId, clientId }: { trainerId: string; clientId: string }): string {
  return `${trainerId} ${clientId}`;
}

export const FORGET_FRESHNESS = sql<[]>(`UPDATE trainer_grants_freshness SET complete_at = '-infinity'`);

export const LIST_KEPT = sql<[], { trainerId: string; clientId: string }>(
  'SELECT trainer_id::text AS "trainerId", client_id::text AS "clientId" FROM trainer_grants',
);

type Pair = [trainerId: string, clientId: string];

export const LOCK_GRANT = sql<Pair, { permissions: TrainerPermission[] }>(
  'SELECT permissions FROM trainer_grants WHERE trainer_id = $1::uuid AND client_id = $2::uuid FOR UPDATE',
);

export const SET_GRANT = sql<[...Pair, permissions: readonly string[]]>(`
INSERT INTO trainer_grants (trainer_id, client_id, permissions) VALUES ($1::uuid, $2::uuid, $3::text[])
ON CONFLICT (trainer_id, client_id) DO UPDATE SET permissions = excluded.permissions`);

export const DELETE_GRANT = sql<Pair>(
  'DELETE FROM trainer_grants WHERE trainer_id = $1::uuid AND client_id = $2::uuid',
);

/** Only where the copy stands where the note says: a database that was restored meanwhile stands elsewhere. */
export const NOTE_FRESHNESS = sql<[ageMs: number, consumer: string, epoch: string, position: number]>(`
UPDATE trainer_grants_freshness
SET complete_at = greatest(complete_at, clock_timestamp() - $1::float8 * interval '1 millisecond')
WHERE EXISTS (
  SELECT FROM consumer_positions WHERE consumer = $2 AND epoch = $3 AND position >= $4::bigint
)`);
