import type { Refusal, RefusalReason } from './refusal.ts';

/** What a client may let a trainer see. */
export const permissionNames = ['WORKOUTS', 'DIET', 'MEASUREMENTS', 'MESSAGES'] as const;

export type Permission = (typeof permissionNames)[number];

/** How far a relationship is. */
export type ClientRelationshipState = 'INVITED' | 'REQUESTED' | 'ACTIVE' | 'PAUSED' | 'ENDED';

/** Something that happens in a relationship. */
export type ClientRelationshipStep =
  | 'INVITED'
  | 'REQUESTED'
  | 'ACCEPTED'
  | 'DECLINED'
  | 'WITHDRAWN'
  | 'PAUSED'
  | 'RESUMED'
  | 'ENDED'
  | 'PERMISSIONS_SET';

/** The most invitations of one trainer, and requests of one client, that nobody has answered yet. */
export const maximumPending = 100;

/** A relationship, as far as rules look. */
export interface Relationship {
  trainerId: string;
  clientId: string;
  state: ClientRelationshipState;
  permissions: readonly Permission[];
  /** Who paused it; null where it is not paused. */
  pausedById: string | null;
}

/** What a step makes of a relationship. */
export interface StepTaken {
  step: ClientRelationshipStep;
  state: ClientRelationshipState;
  permissions: readonly Permission[];
  pausedById: string | null;
}

/** What a rule makes of a wish: a step, null where all is as wished already, or a refusal. */
export type StepDecision = { taken: StepTaken | null; refusal?: never } | { refusal: Refusal; taken?: never };

/** What the trainer may see now: what was granted, while the relationship is active. */
export function effectiveGrant({
  state,
  permissions,
}: Pick<Relationship, 'state' | 'permissions'>): Permission[] {
  return state === 'ACTIVE' ? permissionNames.filter((name) => permissions.includes(name)) : [];
}

/** What there is becomes of somebody's asking once more, or of the other one's asking too: then both want it. */
export function openAgain(
  present: Relationship,
  side: 'INVITED' | 'REQUESTED',
  permissions: readonly Permission[],
): StepDecision {
  const other = side === 'INVITED' ? 'REQUESTED' : 'INVITED';
  if (present.state !== other) return { taken: null };
  return taken('ACCEPTED', 'ACTIVE', side === 'REQUESTED' ? permissions : present.permissions);
}

/** Accepts what the other one has asked for. */
export function accept(
  present: Relationship,
  actorId: string,
  permissions: readonly Permission[],
): StepDecision {
  const isClient = actorId === present.clientId;
  switch (present.state) {
    case 'INVITED':
      if (!isClient)
        return refused(
          'PERMISSION_DENIED',
          'OTHER_SIDE_DECIDES',
          'You have asked: it is for your client to accept.',
        );
      return taken('ACCEPTED', 'ACTIVE', permissions);
    case 'REQUESTED':
      if (isClient)
        return refused(
          'PERMISSION_DENIED',
          'OTHER_SIDE_DECIDES',
          'You have asked: it is for the trainer to accept.',
        );
      if (permissions.length > 0) {
        const message = 'Only the client says what you may see, and did so when asking: leave it out.';
        return { refusal: { code: 'INVALID_ARGUMENT', message, field: 'permissions' } };
      }
      return taken('ACCEPTED', 'ACTIVE', present.permissions);
    case 'ACTIVE':
      return { taken: null };
    case 'PAUSED':
      return refused(
        'FAILED_PRECONDITION',
        'RELATIONSHIP_PAUSED',
        'It was accepted before and is paused: resume it.',
      );
    case 'ENDED':
      return isOver();
  }
}

/** Rests a relationship. */
export function pause(present: Relationship, actorId: string): StepDecision {
  if (present.state === 'ACTIVE') return taken('PAUSED', 'PAUSED', present.permissions, actorId);
  if (present.state === 'ENDED') return isOver();
  if (present.state !== 'PAUSED') {
    return refused(
      'FAILED_PRECONDITION',
      'RELATIONSHIP_NOT_ACCEPTED',
      'Nobody has accepted it yet: there is nothing to pause.',
    );
  }
  if (present.pausedById === actorId) return { taken: null };
  return refused(
    'FAILED_PRECONDITION',
    'RELATIONSHIP_PAUSED',
    'The other one has paused it already. To keep it so, take the permissions back, or end it.',
  );
}

/** Goes on with what the same person has paused: nobody is made to show again what they have hidden. */
export function resume(present: Relationship, actorId: string): StepDecision {
  if (present.state === 'ACTIVE') return { taken: null };
  if (present.state === 'ENDED') return isOver();
  if (present.state !== 'PAUSED') {
    return refused(
      'FAILED_PRECONDITION',
      'RELATIONSHIP_NOT_ACCEPTED',
      'Nobody has accepted it yet: there is nothing to resume.',
    );
  }
  if (present.pausedById !== actorId) {
    return refused('PERMISSION_DENIED', 'OTHER_SIDE_DECIDES', 'Whoever paused it resumes it: ask them.');
  }
  return taken('RESUMED', 'ACTIVE', present.permissions);
}

/** Ends a relationship, whatever its state. */
export function end(present: Relationship, actorId: string): StepDecision {
  const asker = { INVITED: present.trainerId, REQUESTED: present.clientId }[present.state as string];
  if (present.state === 'ENDED') return { taken: null };
  if (asker === undefined) return taken('ENDED', 'ENDED', present.permissions);
  return taken(asker === actorId ? 'WITHDRAWN' : 'DECLINED', 'ENDED', present.permissions);
}

/** The client says anew what the trainer may see. */
export function setPermissions(
  present: Relationship,
  actorId: string,
  permissions: readonly Permission[],
): StepDecision {
  if (actorId !== present.clientId) {
    return refused(
      'PERMISSION_DENIED',
      'OTHER_SIDE_DECIDES',
      'Only the client says what the trainer may see: ask them.',
    );
  }
  if (present.state === 'ENDED') return isOver();
  if (present.state === 'INVITED') {
    return refused(
      'FAILED_PRECONDITION',
      'RELATIONSHIP_NOT_ACCEPTED',
      'You have not accepted it yet: say what they may see when you do.',
    );
  }
  const same =
    permissions.length === present.permissions.length &&
    permissions.every((permission) => present.permissions.includes(permission));
  if (same) return { taken: null };
  return taken('PERMISSIONS_SET', present.state, permissions, present.pausedById);
}

function taken(
  step: ClientRelationshipStep,
  state: ClientRelationshipState,
  permissions: readonly Permission[],
  pausedById: string | null = null,
): StepDecision {
  return { taken: { step, state, permissions, pausedById } };
}

function isOver(): StepDecision {
  return refused('FAILED_PRECONDITION', 'RELATIONSHIP_ENDED', 'It has ended: open a new one.');
}

function refused(code: Refusal['code'], reason: RefusalReason, message: string): StepDecision {
  return { refusal: { code, reason, message } };
}
