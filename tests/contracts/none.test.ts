import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { elementsOf, subgraphFiles } from './sdl.ts';

/** A value that stands for none, where a comment tells of one. */
const SENTINEL =
  /(?:\bempty|\b0|""|-1) (?:where|for|while|until|if|otherwise|in an?|in the|when)\b|\b(?:else|where|when) (?:it is )?empty\b|\b(?:Empty|0):/i;

it('no field of proto/ writes none as a value', () => {
  const fields = globSync('proto/fitme/**/*.proto').flatMap(fieldsOf);
  expect(fields.length).toBeGreaterThan(600);
  expect(fields.filter(({ comment }) => SENTINEL.test(comment)).map(({ path }) => path)).toEqual([]);
});

it('no input has a default that stands for none', () => {
  const elements = [...subgraphFiles().values()].flatMap(elementsOf);
  const sentinels = elements.filter(({ default: value }) => value === '' || value === '0' || value === '-1');
  expect(sentinels.filter(({ path }) => !COUNTS_FROM_ZERO.has(path)).map(({ path }) => path)).toEqual([]);
});

/** Where 0 is a quantity: the present period is none ago, and a class may ask for no notice. */
const COUNTS_FROM_ZERO = new Set([
  'CreateGymClassInput.cancellationNoticeMinutes',
  'Leaderboard.entries(periodsAgo:)',
  'Leaderboard.entriesAroundOwn(periodsAgo:)',
  'Leaderboard.ownEntry(periodsAgo:)',
]);

/** Fields of one value that are always set, with what their comments say. */
function fieldsOf(file: string): { path: string; comment: string }[] {
  const text = readFileSync(file, 'utf8');
  const scalar = /((?:^ *\/\/.*\n)+) *(?:string|int32|int64|uint32|double|float) (\w+) = \d+/gm;
  return [...text.matchAll(scalar)].map(([, comment = '', name = '']) => ({
    path: `${file} ${name}: ${comment.replaceAll(/\s*\/\/\s*/g, ' ').trim()}`,
    comment: comment.replaceAll(/\s*\/\/\s*/g, ' '),
  }));
}
