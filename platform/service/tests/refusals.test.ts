import { expect, test } from 'vitest';
import { accepted, type Refusal, refuse, refuseFaults } from '../refusals.ts';

const full: Refusal = {
  code: 'FAILED_PRECONDITION',
  reason: 'PARTICIPANT_LIMIT',
  parameters: { maximum: 20 },
  message: 'The group is full: take somebody off it first.',
};

test('a refusal reaches the caller with its code, its reason and what that is about', () => {
  expect(() => refuse(full)).toThrow(expect.objectContaining(full));
  expect(() => refuse(null)).not.toThrow();
});

test('a refusal about one field names the field', () => {
  const message = 'Send a later time.';
  expect(() => refuse({ code: 'INVALID_ARGUMENT', message, field: 'endsAt' })).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', fields: [{ path: 'endsAt', message }] }),
  );
});

test('a decision is handed on, or refused', () => {
  const book = (
    hasRoom: boolean,
  ): { place: number; refusal?: never } | { refusal: Refusal; place?: never } =>
    hasRoom ? { place: 3 } : { refusal: full };
  expect(accepted(book(true)).place).toBe(3);
  expect(() => accepted(book(false))).toThrow(expect.objectContaining(full));
});

test('faults of fields are told together', () => {
  const faults = [
    { path: 'weeks.0', message: 'Name a day.' },
    { path: 'title', message: 'Send a text.' },
  ];
  expect(() => refuseFaults(faults)).toThrow(
    expect.objectContaining({
      code: 'INVALID_ARGUMENT',
      message: 'weeks.0: Name a day. title: Send a text.',
      fields: faults,
    }),
  );
  expect(() => refuseFaults([])).not.toThrow();
});
