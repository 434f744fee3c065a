import type { Database } from '../../db/database.ts';
import { executeIn, type SqlTransaction, sql } from '../../sql/statement.ts';

/** How far a consumer has come in a log; positions of different epochs do not compare. */
export interface ConsumerPlace {
  /** Empty where the consumer has never read. */
  epoch: string;
  /** The last position that was applied or passed over. */
  position: number;
}

/** Where a consumer stands. */
export async function readPlace(
  { query }: Pick<Database<unknown>, 'query'>,
  consumer: string,
): Promise<ConsumerPlace> {
  const [row] = await query(PLACE, [consumer]);
  return row ?? { epoch: '', position: 0 };
}

/**
 * Moves a consumer on inside the transaction that holds the effects; its row stays locked until the commit.
 *
 * @throws Error where the consumer does not stand at `from`: another process has applied the same events
 */
export async function advance(
  tx: SqlTransaction,
  consumer: string,
  from: ConsumerPlace,
  to: ConsumerPlace,
): Promise<void> {
  const moved =
    from.epoch === ''
      ? await executeIn(tx, BEGIN, [consumer, to.epoch, to.position])
      : await executeIn(tx, MOVE, [consumer, to.epoch, to.position, from.epoch, from.position]);
  if (moved !== 1) throw new Error(`Consumer ${consumer} was moved on by another process`);
}

export const PLACE = sql<[consumer: string], ConsumerPlace>(
  'SELECT epoch, position FROM consumer_positions WHERE consumer = $1',
);

export const BEGIN = sql<[consumer: string, epoch: string, position: number]>(`
INSERT INTO consumer_positions (consumer, epoch, position) VALUES ($1, $2, $3::bigint) ON CONFLICT DO NOTHING`);

export const MOVE = sql<
  [consumer: string, epoch: string, position: number, fromEpoch: string, fromPosition: number]
>(`
UPDATE consumer_positions SET epoch = $2, position = $3::bigint
WHERE consumer = $1 AND epoch = $4 AND position = $5::bigint`);
