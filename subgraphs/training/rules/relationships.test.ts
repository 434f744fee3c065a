import { describe, expect, it } from 'vitest';
import {
  accept,
  type ClientRelationshipState,
  effectiveGrant,
  end,
  openAgain,
  pause,
  type Relationship,
  resume,
  setPermissions,
} from './relationships.ts';

const STATES: ClientRelationshipState[] = ['INVITED', 'REQUESTED', 'ACTIVE', 'PAUSED', 'ENDED'];

function relationship(state: ClientRelationshipState, change: Partial<Relationship> = {}): Relationship {
  const pausedById = state === 'PAUSED' ? 'client' : null;
  return { trainerId: 'trainer', clientId: 'client', state, permissions: ['DIET'], pausedById, ...change };
}

type Act = (present: Relationship, actorId: string) => ReturnType<typeof pause>;

const acceptAll: Act = (present, actorId) => accept(present, actorId, []);
const grantWorkouts: Act = (present, actorId) => setPermissions(present, actorId, ['WORKOUTS']);

/** What each act makes of each state, for the trainer and for the client: the step, "same", or the refusal's code. */
function outcomes(act: Act): Record<string, [trainer: string, client: string]> {
  const of = (state: ClientRelationshipState, actorId: string) => {
    const { taken, refusal } = act(relationship(state), actorId);
    return refusal ? refusal.code : taken ? `${taken.step} ${taken.state}` : 'same';
  };
  return Object.fromEntries(STATES.map((state) => [state, [of(state, 'trainer'), of(state, 'client')]]));
}

describe('who may do what, and when', () => {
  it('accepting', () => {
    expect(outcomes(acceptAll)).toEqual({
      INVITED: ['PERMISSION_DENIED', 'ACCEPTED ACTIVE'],
      REQUESTED: ['ACCEPTED ACTIVE', 'PERMISSION_DENIED'],
      ACTIVE: ['same', 'same'],
      PAUSED: ['FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
      ENDED: ['FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
    });
  });

  it('pausing', () => {
    expect(outcomes(pause)).toEqual({
      INVITED: ['FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
      REQUESTED: ['FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
      ACTIVE: ['PAUSED PAUSED', 'PAUSED PAUSED'],
      PAUSED: ['FAILED_PRECONDITION', 'same'],
      ENDED: ['FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
    });
  });

  it('resuming, which only whoever paused may', () => {
    expect(outcomes(resume)).toEqual({
      INVITED: ['FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
      REQUESTED: ['FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
      ACTIVE: ['same', 'same'],
      PAUSED: ['PERMISSION_DENIED', 'RESUMED ACTIVE'],
      ENDED: ['FAILED_PRECONDITION', 'FAILED_PRECONDITION'],
    });
  });

  it('ending', () => {
    expect(outcomes(end)).toEqual({
      INVITED: ['WITHDRAWN ENDED', 'DECLINED ENDED'],
      REQUESTED: ['DECLINED ENDED', 'WITHDRAWN ENDED'],
      ACTIVE: ['ENDED ENDED', 'ENDED ENDED'],
      PAUSED: ['ENDED ENDED', 'ENDED ENDED'],
      ENDED: ['same', 'same'],
    });
  });

  it('granting', () => {
    expect(outcomes(grantWorkouts)).toEqual({
      INVITED: ['PERMISSION_DENIED', 'FAILED_PRECONDITION'],
      REQUESTED: ['PERMISSION_DENIED', 'PERMISSIONS_SET REQUESTED'],
      ACTIVE: ['PERMISSION_DENIED', 'PERMISSIONS_SET ACTIVE'],
      PAUSED: ['PERMISSION_DENIED', 'PERMISSIONS_SET PAUSED'],
      ENDED: ['PERMISSION_DENIED', 'FAILED_PRECONDITION'],
    });
  });
});

it('grants count while the relationship is active', () => {
  const granted = STATES.map((state) => effectiveGrant(relationship(state)).length);
  expect(granted).toEqual([0, 0, 1, 0, 0]);
});

it('a pause is kept, whoever changes what is granted meanwhile', () => {
  const { taken } = setPermissions(relationship('PAUSED'), 'client', []);
  expect(taken).toMatchObject({ state: 'PAUSED', pausedById: 'client', permissions: [] });
});

it('the same grants in another order are the same', () => {
  const present = relationship('ACTIVE', { permissions: ['DIET', 'WORKOUTS'] });
  expect(setPermissions(present, 'client', ['WORKOUTS', 'DIET']).taken).toBeNull();
});

it('a trainer who accepts cannot say what they may see', () => {
  const { refusal } = accept(relationship('REQUESTED'), 'trainer', ['MEASUREMENTS']);
  expect(refusal).toMatchObject({ code: 'INVALID_ARGUMENT', field: 'permissions' });
});

it('two who ask each other both want it: what the client said counts', () => {
  const invited = openAgain(relationship('INVITED', { permissions: [] }), 'REQUESTED', ['WORKOUTS']);
  expect(invited.taken).toMatchObject({ step: 'ACCEPTED', state: 'ACTIVE', permissions: ['WORKOUTS'] });
  const requested = openAgain(relationship('REQUESTED'), 'INVITED', []);
  expect(requested.taken).toMatchObject({ step: 'ACCEPTED', state: 'ACTIVE', permissions: ['DIET'] });
  expect(openAgain(relationship('INVITED'), 'INVITED', []).taken).toBeNull();
});
