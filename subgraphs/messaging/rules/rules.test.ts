import { describe, expect, it } from 'vitest';
import {
  add,
  afterStep,
  type ConversationState,
  depart,
  isOneEmoji,
  leave,
  maximumEmoji,
  maximumParticipants,
  pairOf,
  refusalOfDeletion,
  refusalOfEdit,
  refusalOfReaction,
  remove,
  rename,
  sees,
  transfer,
} from './rules.ts';

const group: ConversationState = {
  kind: 'GROUP',
  title: 'Sunday run',
  ownerId: 'ada',
  participantIds: ['ada', 'grace', 'alan'],
};
const direct: ConversationState = {
  kind: 'DIRECT',
  title: null,
  ownerId: null,
  participantIds: ['ada', 'grace'],
};

describe('acts of an owner', () => {
  const acts = {
    rename: (state: ConversationState, actorId: string) => rename(state, actorId, 'Monday run'),
    transfer: (state: ConversationState, actorId: string) => transfer(state, actorId, 'alan'),
    add: (state: ConversationState, actorId: string) => add(state, actorId, ['edsger']),
    remove: (state: ConversationState, actorId: string) => remove(state, actorId, 'alan'),
  };

  it.each(Object.entries(acts))('%s takes the owner, and a group', (_name, act) => {
    expect(act(group, 'ada').steps).toHaveLength(1);
    expect(act(group, 'grace').refusal?.code).toBe('PERMISSION_DENIED');
    expect(act(group, 'mallory').refusal?.code).toBe('PERMISSION_DENIED');
    expect(act(direct, 'ada').refusal?.code).toBe('FAILED_PRECONDITION');
  });

  it('that would change nothing take no step', () => {
    expect(rename(group, 'ada', 'Sunday run').steps).toEqual([]);
    expect(transfer(group, 'ada', 'ada').steps).toEqual([]);
    expect(add(group, 'ada', ['grace', 'alan']).steps).toEqual([]);
    expect(remove(group, 'ada', 'mallory').steps).toEqual([]);
  });

  it('cannot give a group to somebody outside', () => {
    expect(transfer(group, 'ada', 'mallory').refusal?.code).toBe('FAILED_PRECONDITION');
  });

  it('cannot remove the owner themselves', () => {
    expect(remove(group, 'ada', 'ada').refusal?.code).toBe('INVALID_ARGUMENT');
  });

  it('fill a group to its limit and no further', () => {
    const room = maximumParticipants - group.participantIds.length;
    const crowd = Array.from({ length: room + 1 }, (_, index) => `person ${index}`);
    expect(add(group, 'ada', crowd.slice(1)).steps).toHaveLength(room);
    expect(add(group, 'ada', [...crowd.slice(1), 'grace', 'alan']).steps).toHaveLength(room);
    expect(add(group, 'ada', crowd).refusal?.message).toContain(`room for ${room}`);
  });
});

describe('leaving', () => {
  it('passes an owned group to the longest participant first', () => {
    const { steps = [] } = leave(group, 'ada');
    expect(steps).toEqual([
      { type: 'transfer', ownerId: 'grace' },
      { type: 'remove', userId: 'ada' },
    ]);
    expect(steps.reduce(afterStep, group)).toEqual({
      ...group,
      ownerId: 'grace',
      participantIds: ['grace', 'alan'],
    });
  });

  it('leaves the ownership alone where somebody else goes', () => {
    expect(leave(group, 'alan').steps).toEqual([{ type: 'remove', userId: 'alan' }]);
  });

  it('leaves an empty group without owner', () => {
    const alone = { ...group, participantIds: ['ada'] };
    expect(depart(alone, 'ada').reduce(afterStep, alone)).toMatchObject({
      ownerId: null,
      participantIds: [],
    });
  });

  it('is no way out of a direct conversation', () => {
    expect(leave(direct, 'ada').refusal?.code).toBe('FAILED_PRECONDITION');
  });
});

it('somebody sees the events of their intervals, ends included', () => {
  const intervals = [
    { joinedSeq: 3, leftSeq: 5 },
    { joinedSeq: 8, leftSeq: null },
  ];
  const seen = [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((seq) => sees(intervals, seq));
  expect(seen).toEqual([3, 4, 5, 8, 9]);
});

describe('messages', () => {
  const message = { senderId: 'ada', version: 2, deletedAt: null };
  const tombstone = { ...message, deletedAt: new Date(0) };

  it('are edited by their author, at the version that was read', () => {
    expect(refusalOfEdit(message, 'ada', 2)).toBeNull();
    expect(refusalOfEdit(message, 'ada', 1)?.code).toBe('CONFLICT');
    expect(refusalOfEdit(message, 'grace', 2)?.code).toBe('PERMISSION_DENIED');
    expect(refusalOfEdit(tombstone, 'ada', 2)?.code).toBe('FAILED_PRECONDITION');
  });

  it('are deleted by their author or the owner of the group', () => {
    expect(refusalOfDeletion(message, null, 'ada')).toBeNull();
    expect(refusalOfDeletion(message, 'grace', 'grace')).toBeNull();
    expect(refusalOfDeletion(message, 'grace', 'alan')?.code).toBe('PERMISSION_DENIED');
    expect(refusalOfDeletion({ ...message, senderId: null }, null, 'alan')?.code).toBe('PERMISSION_DENIED');
  });

  it('take a limited number of different emoji', () => {
    const full = Array.from({ length: maximumEmoji }, (_, index) => `emoji ${index}`);
    expect(refusalOfReaction(message, full.slice(1), '👍')).toBeNull();
    expect(refusalOfReaction(message, full, 'emoji 7')).toBeNull();
    expect(refusalOfReaction(message, full, '👍')?.code).toBe('FAILED_PRECONDITION');
    expect(refusalOfReaction(tombstone, [], '👍')?.code).toBe('FAILED_PRECONDITION');
  });
});

it.each(['👍', '👍🏽', '👩🏽‍🚒', '🇩🇪', '1️⃣', '❤️'])('%s is one emoji', (text) => {
  expect(isOneEmoji(text)).toBe(true);
});

it.each(['', 'a', '1', ' 👍', '👍👍', '👍a', '🇩', '❤'])('"%s" is not one emoji', (text) => {
  expect(isOneEmoji(text)).toBe(false);
});

it('a pair has one key, whoever asks', () => {
  expect(pairOf('b', 'a')).toEqual(pairOf('a', 'b'));
  expect(pairOf('a', 'b')).toEqual({ pairLow: 'a', pairHigh: 'b' });
});
