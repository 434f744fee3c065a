import type { PrismaClient, ClientRelationship as Row } from '#gen/prisma/training/client.ts';
import type { StoreOptions, Transaction } from '#platform/db/database.ts';
import type { Creation } from '#platform/db/idempotency.ts';
import { lockName } from '#platform/db/locks.ts';
import { DomainError, notFound } from '#platform/errors.ts';
import { accepted } from '#platform/service/refusals.ts';
import { executeIn, sql } from '#platform/sql/statement.ts';
import { grantsChanged, relationshipChanged } from '../events/events.ts';
import {
  effectiveGrant,
  maximumPending,
  openAgain,
  type Permission,
  type Relationship,
  type StepDecision,
  type StepTaken,
} from '../rules/relationships.ts';
import { cancelUpcoming } from './appointments.ts';

/** What changes relationships: each change, its place in the history, and its events, in one transaction. */
export interface RelationshipChangeStore {
  /**
   * Opens a relationship, once for a key; where the two have one, that one, accepted if the other one had asked for it.
   * @returns its id
   */
  open(opening: Opening, creation: Creation): Promise<string>;
  /**
   * Takes the step that a rule decides on.
   * @throws NOT_FOUND where the actor is no part of it; the rule's refusal
   */
  change(id: string, actorId: string, decide: (present: Relationship) => StepDecision): Promise<void>;
  /** Ends whatever relationship two people have, either way round: they want nothing of each other any more. */
  endBetween(transaction: Transaction<PrismaClient>, one: string, other: string): Promise<void>;
}

export interface Opening {
  trainerId: string;
  clientId: string;
  /** The trainer invites, or the client requests. */
  side: 'INVITED' | 'REQUESTED';
  message: string | null;
  permissions: readonly Permission[];
}

export function createRelationshipChanges({
  db,
  now,
  newId,
}: StoreOptions<PrismaClient>): RelationshipChangeStore {
  async function take(
    { tx, append }: Transaction<PrismaClient>,
    present: Row,
    actorId: string,
    { step, state, permissions, pausedById }: StepTaken,
  ): Promise<void> {
    const changedAt = new Date(now());
    const after = { state, permissions: [...permissions], pausedById, changedAt };
    await tx.clientRelationship.update({
      where: { id: present.id },
      data: {
        ...after,
        version: { increment: 1 },
        ...(step === 'ACCEPTED' && { acceptedAt: changedAt }),
        ...(state === 'ENDED' && { endedAt: changedAt }),
      },
    });
    await tx.clientRelationshipChange.create({
      data: {
        id: newId(),
        clientRelationshipId: present.id,
        step,
        actorId,
        permissions: after.permissions,
        changedAt,
      },
    });
    const [before, granted] = [effectiveGrant(present), effectiveGrant({ state, permissions })];
    const isSame = before.join() === granted.join();
    await append(
      ...relationshipChanged(present, actorId),
      ...(isSame ? [] : [grantsChanged(present, granted)]),
      ...(state === 'ENDED' ? await cancelUpcoming(tx, present.id, actorId, changedAt) : []),
    );
  }

  async function create(
    { tx, append }: Transaction<PrismaClient>,
    { trainerId, clientId, side, message, permissions }: Opening,
  ): Promise<string> {
    const actorId = side === 'INVITED' ? trainerId : clientId;
    const asked = side === 'INVITED' ? { trainerId } : { clientId };
    const pending = await tx.clientRelationship.count({ where: { ...asked, state: side } });
    if (pending >= maximumPending) {
      throw new DomainError(
        'RESOURCE_EXHAUSTED',
        `${maximumPending} people have not answered you yet: take some of what you asked back first.`,
        { reason: 'UNANSWERED_LIMIT', parameters: { maximum: maximumPending } },
      );
    }
    const id = newId();
    const at = new Date(now());
    const common = { permissions: [...permissions], changedAt: at };
    await tx.clientRelationship.create({
      data: { ...common, id, trainerId, clientId, state: side, message, openedAt: at },
    });
    await tx.clientRelationshipChange.create({
      data: { ...common, id: newId(), clientRelationshipId: id, step: side, actorId },
    });
    await append(...relationshipChanged({ id, trainerId, clientId }, actorId));
    return id;
  }

  return {
    open(opening, creation) {
      const { trainerId, clientId, side, permissions } = opening;
      const viewerId = side === 'INVITED' ? trainerId : clientId;
      const method = side === 'INVITED' ? 'InviteClient' : 'RequestTrainer';
      return db.idempotent({ viewerId, method, ...creation }, async (transaction) => {
        await lockPair(transaction.tx, trainerId, clientId);
        const present = await transaction.tx.clientRelationship.findFirst({
          where: { trainerId, clientId, state: { not: 'ENDED' } },
        });
        if (present === null) return create(transaction, opening);
        const { taken } = openAgain(present, side, permissions);
        if (taken) await take(transaction, present, viewerId, taken);
        return present.id;
      });
    },

    change(id, actorId, decide) {
      return db.transaction(async (transaction) => {
        const { tx } = transaction;
        await executeIn(tx, LOCK_RELATIONSHIP, [id]);
        const present = await tx.clientRelationship.findUnique({ where: { id } });
        if (present === null || ![present.trainerId, present.clientId].includes(actorId))
          throw notFound('relationship');
        const { taken } = accepted(decide(present));
        if (taken) await take(transaction, present, actorId, taken);
      });
    },

    async endBetween(transaction, one, other) {
      const { tx } = transaction;
      const pairs = [
        { trainerId: one, clientId: other },
        { trainerId: other, clientId: one },
      ];
      for (const { trainerId, clientId } of pairs) await lockPair(tx, trainerId, clientId);
      const open = await tx.clientRelationship.findMany({ where: { OR: pairs, state: { not: 'ENDED' } } });
      for (const present of open) {
        const over = { step: 'ENDED', state: 'ENDED', permissions: present.permissions, pausedById: null };
        await take(transaction, present, one, over as StepTaken);
      }
    },
  };
}

/** Two who ask each other at once wait for one another, and find each other. */
async function lockPair(tx: PrismaTransaction, trainerId: string, clientId: string): Promise<void> {
  await lockName(tx, `${trainerId} ${clientId}`);
}

export const LOCK_RELATIONSHIP = sql<[id: string]>(
  'SELECT FROM relationships WHERE id = $1::uuid FOR UPDATE',
);

type PrismaTransaction = Transaction<PrismaClient>['tx'];
