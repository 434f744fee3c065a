import type { PrismaClient } from '#gen/prisma/users/client.ts';
import type { Database, Transaction } from '#platform/db/database.ts';
import { DomainError, invalidField, notFound } from '#platform/errors.ts';
import {
  friendAccepted,
  friendRequested,
  friendshipEnded,
  personBlocked,
  personUnblocked,
} from '../events/events.ts';
import { decideFriendRequest } from '../rules/rules.ts';
import { type FriendRequest, type Pair, pairKey, type RelationshipStore } from './relationships.ts';

/** Changes between two people: each locks the pair, and is one transaction with its events. */
export interface BondStore {
  /** Asks to be friends, or accepts what the other has asked. */
  ask(transaction: Transaction<PrismaClient>, viewerId: string, otherId: string): Promise<FriendRequest>;
  accept(viewerId: string, requestId: string): Promise<FriendRequest>;
  /** Ends a waiting request, as who was asked (decline) or who has asked (cancel). */
  withdraw(viewerId: string, requestId: string, as: 'requester' | 'addressee'): Promise<void>;
  /** Ends a friendship; without one, nothing changes. */
  unfriend(viewerId: string, otherId: string): Promise<void>;
  block(viewerId: string, otherId: string): Promise<void>;
  unblock(viewerId: string, otherId: string): Promise<void>;
}

export interface BondParts {
  db: Database<PrismaClient>;
  relationships: RelationshipStore;
  now(): number;
  newId(): string;
}

export function createBondStore({ db, relationships, now, newId }: BondParts): BondStore {
  /** Runs a change of a pair, locked. */
  function change<Result>(
    viewerId: string,
    otherId: string,
    run: (within: Transaction<PrismaClient>, pair: Pair) => Promise<Result>,
  ): Promise<Result> {
    return db.transaction(async (within) =>
      run(within, await relationships.lockPair(within, viewerId, otherId)),
    );
  }

  /** Runs a change of a request that the viewer is a party to in that role. */
  async function changeRequest<Result>(
    { viewerId, requestId, as }: { viewerId: string; requestId: string; as: 'requester' | 'addressee' },
    run: (within: Transaction<PrismaClient>, request: FriendRequest) => Promise<Result>,
  ): Promise<Result> {
    const found = await relationships.requestById(requestId);
    if (found === null || found[`${as}Id`] !== viewerId) throw notFound('friend request');
    const otherId = as === 'requester' ? found.addresseeId : found.requesterId;
    return change(viewerId, otherId, (within, { request }) => {
      // What stood before the lock may be gone, or be another request by now.
      if (request?.id !== requestId) throw notFound('friend request');
      return run(within, request);
    });
  }

  async function befriend(
    { tx, append }: Transaction<PrismaClient>,
    request: FriendRequest,
  ): Promise<FriendRequest> {
    const { requesterId, addresseeId } = request;
    const since = new Date(now());
    await tx.friendship.createMany({
      data: [
        { userId: requesterId, friendId: addresseeId, since },
        { userId: addresseeId, friendId: requesterId, since },
      ],
    });
    await append(friendAccepted(request));
    return tx.friendRequest.update({ where: { id: request.id }, data: { acceptedAt: since } });
  }

  /** Whether there was anything to end. */
  async function endBond(
    { tx }: Transaction<PrismaClient>,
    viewerId: string,
    otherId: string,
  ): Promise<boolean> {
    const requests = await tx.friendRequest.deleteMany({ where: pairKey(viewerId, otherId) });
    const friendships = await tx.friendship.deleteMany({
      where: {
        OR: [
          { userId: viewerId, friendId: otherId },
          { userId: otherId, friendId: viewerId },
        ],
      },
    });
    return requests.count + friendships.count > 0;
  }

  return {
    async ask(within, viewerId, otherId) {
      const pair = await relationships.lockPair(within, viewerId, otherId);
      const decision = decideFriendRequest(pair);
      if (decision === 'accept' && pair.request !== null) return befriend(within, pair.request);
      if (decision === 'keep' && pair.request !== null) return pair.request;
      if (decision !== 'ask') throw refusal(decision);
      const request = { id: newId(), requesterId: viewerId, addresseeId: otherId };
      await within.append(friendRequested(request));
      return within.tx.friendRequest.create({
        data: { ...request, ...pairKey(viewerId, otherId), createdAt: new Date(now()) },
      });
    },

    accept: (viewerId, requestId) =>
      changeRequest({ viewerId, requestId, as: 'addressee' }, async (within, request) =>
        request.acceptedAt === null ? befriend(within, request) : request,
      ),

    withdraw: (viewerId, requestId, as) =>
      changeRequest({ viewerId, requestId, as }, async ({ tx, append }, request) => {
        if (request.acceptedAt !== null) {
          throw new DomainError(
            'FAILED_PRECONDITION',
            'This request was accepted: remove the friend instead.',
            { reason: 'FRIEND_REQUEST_ACCEPTED' },
          );
        }
        await tx.friendRequest.delete({ where: { id: requestId } });
        await append(
          friendshipEnded(viewerId, as === 'requester' ? request.addresseeId : request.requesterId),
        );
      }),

    unfriend: (viewerId, otherId) =>
      change(viewerId, otherId, async (within, { friends }) => {
        if (!friends) return;
        await endBond(within, viewerId, otherId);
        await within.append(friendshipEnded(viewerId, otherId));
      }),

    block: (viewerId, otherId) =>
      change(viewerId, otherId, async (within, pair) => {
        if (pair.same) throw invalidField('userId', 'You cannot block yourself.');
        if (!pair.exists) throw notFound('person');
        if (pair.blocks) return;
        const ended = await endBond(within, viewerId, otherId);
        const block = { blockerId: viewerId, blockedId: otherId };
        await within.tx.block.create({ data: { ...block, createdAt: new Date(now()) } });
        await within.append(
          personBlocked(viewerId, otherId),
          ...(ended ? [friendshipEnded(viewerId, otherId)] : []),
        );
      }),

    unblock: (viewerId, otherId) =>
      change(viewerId, otherId, async ({ tx, append }) => {
        const { count } = await tx.block.deleteMany({ where: { blockerId: viewerId, blockedId: otherId } });
        if (count > 0) await append(personUnblocked(viewerId, otherId));
      }),
  };
}

function refusal(decision: ReturnType<typeof decideFriendRequest>): DomainError {
  switch (decision) {
    case 'self':
      return invalidField('userId', 'You cannot be your own friend: name somebody else.');
    case 'blocking':
      return new DomainError('FAILED_PRECONDITION', 'You block this person: unblock them first.', {
        reason: 'PERSON_BLOCKED',
      });
    case 'friends':
      return new DomainError('ALREADY_EXISTS', 'You are friends already.', { reason: 'ALREADY_FRIENDS' });
    default:
      return notFound('person');
  }
}
