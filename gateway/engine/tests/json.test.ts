import { expect, test } from 'vitest';
import { type JsonObject, type JsonValue, mergeInto, textOf } from '../transport/json.ts';

const TEXTS = [
  '',
  'plain',
  'Grüße, 你好 🎉',
  'a "quoted" \\ text',
  'line\nbreak\ttab\u0000\u001f\u007f',
  'half of a pair: \ud83c',
  '\udf89',
  '\u2028\u2029',
  'x'.repeat(40),
  'x'.repeat(41),
  `${'x'.repeat(39)}"`,
];
const VALUES: JsonValue[] = [
  ...TEXTS,
  ...[0, -0, 1, -1.5, 1e21, 1e-7, 2 ** 53, Number.MAX_VALUE, Number.POSITIVE_INFINITY],
  ...[true, false, null],
  ...[[], {}, [1, ['"'], null], { a: { 'b"': [true] } }],
];

test.each(VALUES.map((value) => [value]))('writes %j as JSON.stringify does', (value) => {
  expect(textOf(value)).toBe(JSON.stringify(value));
});

test('merges objects and lists of one length, and replaces everything else', () => {
  const target: JsonObject = { same: { a: 1 }, list: [{ a: 1 }, 2], shorter: [1], gone: { a: 1 } };
  mergeInto(target, { same: { b: 2 }, list: [{ b: 2 }, 3], shorter: [1, 2], gone: null, new: { c: 3 } });
  expect(target).toEqual({
    same: { a: 1, b: 2 },
    list: [{ a: 1, b: 2 }, 3],
    shorter: [1, 2],
    gone: null,
    new: { c: 3 },
  });
});

test('gives each of two targets its own copy where it is asked to', () => {
  const source = JSON.parse('{"maker":{"name":"Ada"},"reviews":[{"id":"1"}],"__proto__":{"evil":true}}');
  const [one, other]: JsonObject[] = [{}, {}];
  for (const target of [one, other]) mergeInto(target ?? {}, source, 'copied');
  mergeInto(one ?? {}, { maker: { born: 1815 }, reviews: [{ body: 'good' }] }, 'copied');
  expect(other).toEqual({ maker: { name: 'Ada' }, reviews: [{ id: '1' }] });
  expect(Object.getPrototypeOf(one)).toBe(Object.prototype);
});
