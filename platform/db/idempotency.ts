import { createHash } from 'node:crypto';
import { DomainError } from '../errors.ts';
import type { SqlTransaction } from '../sql/statement.ts';
import { executeIn, queryIn, sql } from '../sql/statement.ts';

/** The caller's own name for a request that makes something. */
export interface CreationKey {
  /** 1 to 64 characters. */
  key: string;
  /** What the key stands for; the field of the key itself is left out of the comparison. */
  request: object;
}

/** Something that is made once, however often it is asked for. */
export interface Creation<Draft = void> extends CreationKey {
  /**
   * What is to be written. Throws what forbids a first try, for example what another service says: a repeated one is
   * answered as the first was, whatever changed since. Asked outside of the transaction, so that no lock is held meanwhile.
   */
  prepare(): Promise<Draft>;
}

/** A creation as the service's method that makes it. */
export interface IdempotentCall<Response, Draft = unknown> extends CreationKey {
  prepare?: Creation<Draft>['prepare'];
  /** Who asks. */
  viewerId: string;
  /** The proto method, for example "SendMessage". */
  method: string;
  /** Maps the kept answer to the present one, for example to fresh tokens. The same answer where left out. */
  replay?(kept: Response): Promise<Response>;
}

/**
 * Claims a key inside the transaction that does the work. A second caller with the same key waits here until the
 * first has committed, and then gets its answer.
 *
 * @returns the kept answer, or undefined where the work is the caller's to do
 * @throws CONFLICT where the key was used for another request
 */
export async function claimKey<Response>(
  tx: SqlTransaction,
  call: IdempotentCall<Response>,
): Promise<{ kept: Response } | undefined> {
  const hash = requestHash(call.request);
  const claimed = await executeIn(tx, CLAIM, [call.viewerId, call.method, call.key, hash]);
  if (claimed === 1) return undefined;
  const [row] = await queryIn(tx, KEPT, [call.viewerId, call.method, call.key]);
  if (row === undefined)
    throw new DomainError('UNAVAILABLE', 'The first try is being forgotten just now: try again.');
  if (!hash.equals(row.requestHash)) {
    throw new DomainError(
      'CONFLICT',
      'This idempotencyKey was used for another request: take a new key for a new request.',
      { reason: 'IDEMPOTENCY_KEY_REUSED' },
    );
  }
  return { kept: row.response as Response };
}

/** Keeps the answer for whoever asks again with the same key. */
export async function keepAnswer<Response>(
  tx: SqlTransaction,
  call: IdempotentCall<Response>,
  response: Response,
): Promise<void> {
  await executeIn(tx, KEEP, [call.viewerId, call.method, call.key, JSON.stringify(response)]);
}

/** Forgets what these have asked for: nobody asks again for somebody who is gone. */
export async function forgetKeys(tx: SqlTransaction, viewerIds: readonly string[]): Promise<void> {
  await executeIn(tx, FORGET, [viewerIds]);
}

export const FORGET = sql<[viewerIds: readonly string[]]>(
  'DELETE FROM idempotency_keys WHERE viewer_id = ANY ($1::text[])',
);

export const CLAIM = sql<[viewerId: string, method: string, key: string, requestHash: Uint8Array]>(`
  INSERT INTO idempotency_keys (viewer_id, method, key, request_hash) VALUES ($1, $2, $3, $4)
  ON CONFLICT DO NOTHING`);

export const KEPT = sql<
  [viewerId: string, method: string, key: string],
  { requestHash: Uint8Array; response: unknown }
>(`
  SELECT request_hash AS "requestHash", response FROM idempotency_keys
  WHERE viewer_id = $1 AND method = $2 AND key = $3`);

export const KEEP = sql<[viewerId: string, method: string, key: string, response: string]>(
  'UPDATE idempotency_keys SET response = $4::jsonb WHERE viewer_id = $1 AND method = $2 AND key = $3',
);

function requestHash(request: object): Buffer {
  const { idempotencyKey: _key, ...compared } = request as Record<string, unknown>;
  return createHash('sha256')
    .update(JSON.stringify(sorted(compared)))
    .digest();
}

/** The two doors may order a request's fields differently. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([left], [right]) => (left < right ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
