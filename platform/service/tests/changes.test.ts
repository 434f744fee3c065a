import { expect, it } from 'vitest';
import { z } from 'zod';
import { changesOf } from '../../graphql/changes.ts';
import { changed, changes } from '../changes.ts';

const food = z.object({
  name: z.string().min(1, 'takes a name'),
  websiteUrl: z.string(),
  allergens: z.array(z.string()),
  pieceG: z.number(),
  origin: z.enum(['ORIGIN_UNSPECIFIED', 'ORIGIN_PLANT']),
  year: z.number().nullable(),
  perHundredGrams: z.object({
    fatG: z.number('takes a number'),
    sugarG: z.number().max(100, 'takes at most 100').optional(),
    saltG: z.number().nullable(),
  }),
});
const STORED = {
  id: '1',
  name: 'Bar',
  websiteUrl: 'https://bar.example',
  allergens: ['PEANUTS'],
  pieceG: 40,
  origin: 'ORIGIN_PLANT',
  year: 2024,
  perHundredGrams: { fatG: 20, sugarG: 30, saltG: 1 },
  version: 3,
};
const { id: _id, version: _version, ...WHOLE } = STORED;

it.each([
  ['nothing', { updateMask: null }, {}],
  ['nothing, where the mask names nothing', { updateMask: { paths: [] }, name: 'Bar 2' }, {}],
  ['what is set, without a mask', { updateMask: null, name: 'Bar 2', allergens: [] }, { name: 'Bar 2' }],
  [
    'what the mask names',
    { updateMask: { paths: ['allergens'] }, name: 'Bar 2', allergens: [] },
    { allergens: [] },
  ],
  [
    'to none, what the mask names and the request leaves out',
    { updateMask: { paths: ['website_url', 'piece_g', 'origin'] } },
    { websiteUrl: '', pieceG: 0, origin: 'ORIGIN_UNSPECIFIED' },
  ],
  [
    'a field within a message',
    { updateMask: { paths: ['per_hundred_grams.sugar_g'] }, perHundredGrams: { sugarG: 5 } },
    { perHundredGrams: { fatG: 20, sugarG: 5, saltG: 1 } },
  ],
  [
    'to null, what takes it',
    { updateMask: { paths: ['year', 'per_hundred_grams.salt_g'] }, expectedVersion: 3 },
    { year: null, perHundredGrams: { fatG: 20, sugarG: 30, saltG: null } },
  ],
  [
    'what is set within a message, without a mask',
    { updateMask: null, perHundredGrams: { sugarG: 5 } },
    { perHundredGrams: { fatG: 20, sugarG: 5, saltG: 1 } },
  ],
  [
    'to nothing, not to 0, what need not be there',
    { updateMask: { paths: ['per_hundred_grams.sugar_g'] } },
    { perHundredGrams: { fatG: 20, sugarG: undefined, saltG: 1 } },
  ],
])('changes %s', (_name, request, expected) => {
  expect(changed(food, STORED, request)).toStrictEqual({ ...WHOLE, ...expected });
  expect(STORED.perHundredGrams.sugarG).toBe(30);
});

it.each([
  ['a field that does not exist', { updateMask: { paths: ['nmae'] } }, 'nmae cannot be changed'],
  ['a field that is not for changing', { updateMask: { paths: ['id'] } }, 'id cannot be changed'],
  ['a field within a text', { updateMask: { paths: ['name.first'] } }, 'name.first cannot be changed'],
  ['a field of every object', { updateMask: { paths: ['__proto__.x'] } }, 'cannot be changed'],
  [
    'a message that is replaced by less',
    { updateMask: { paths: ['per_hundred_grams'] }, perHundredGrams: { sugarG: 5 } },
    'perHundredGrams.fatG: takes a number',
  ],
  ['a name taken away', { updateMask: { paths: ['name'] } }, 'name: takes a name'],
  [
    'a whole that does not hold',
    { updateMask: null, perHundredGrams: { fatG: 1, sugarG: 101, saltG: null } },
    'perHundredGrams.sugarG: takes at most 100',
  ],
  ['what was read too early', { updateMask: null, name: 'Bar 2', expectedVersion: 2 }, 'at version 3 by now'],
  ['what was not read', { updateMask: null, name: 'Bar 2', expectedVersion: 4 }, 'at version 3 by now'],
])('refuses %s', (_name, request, message) => {
  expect(() => changed(food, STORED, request)).toThrow(message);
});

it.each([
  ['name', { updateMask: null, name: 'Bar 2' }, true],
  ['name', { updateMask: null, pieceG: 1 }, false],
  ['name', { updateMask: { paths: ['piece_g'] }, name: 'Bar 2' }, false],
  ['pieceG', { updateMask: { paths: ['piece_g'] } }, true],
  ['perHundredGrams', { updateMask: { paths: ['per_hundred_grams.fat_g'] } }, true],
])('knows of %s whether %j changes it', (field, request, expected) => {
  expect(changes(request, field)).toBe(expected);
});

it('reads the fields of an input that are there, null or not', () => {
  const day = new Date(0);
  const input = {
    name: 'Bar 2',
    pieceG: null,
    left: undefined,
    day,
    perHundredGrams: { sugarG: 5, fatG: null },
  };
  expect(changesOf(input)).toEqual({
    ...{ name: 'Bar 2', day, perHundredGrams: { sugarG: 5 } },
    updateMask: { paths: ['name', 'piece_g', 'day', 'per_hundred_grams.sugar_g', 'per_hundred_grams.fat_g'] },
  });
});
