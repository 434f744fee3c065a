import { readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { type Element, elementsOf, subgraphFiles } from './sdl.ts';

/**
 * What a frontend developer reads: docs/CONTRACTS.md. The rules look for words, so that a sentence can be worse than they ask;
 * none that they refuse is good enough.
 */
const RULES: Record<string, (element: Element) => boolean> = {
  // A type that several subgraphs have fields of is described by the one that it belongs to.
  'is described': ({ kind, description }) => kind === 'type' || description !== '',
  'says more than its name': (element) => element.description === '' || !repeatsItsName(element),
  'says when it is null': (element) =>
    !(element.kind === 'field' && element.isNullable) || /\bnull\b/i.test(element.description),
  'says what leaving it out means': (element) =>
    !(isGiven(element) && element.isNullable && !element.hasDefault) || LEFT_OUT.test(element.description),
  'says its unit or range': (element) =>
    !['Int', 'Float'].includes(element.type) || MEASURED.test(element.description),
  'says how many it holds': (element) => !element.isList || COUNTED.test(element.description),
  'says its default page and the largest': (element) =>
    !(element.kind === 'argument' && ['first', 'last'].includes(element.name) && element.isNullable) ||
    /\b100\b.*(?:\b20\b|first)/.test(element.description),
  'says who may see it': (element) => !isPersonal(element) || SEEN.test(element.description),
};

const LEFT_OUT =
  /\bleft out\b|\bleaves?\b|\bnull\b|\bunless\b|\bnot together\b|\bgoes with\b|\bdefault\b|\bwhere neither\b/i;
const MEASURED =
  /\d|\bpercent\b|\bunit\b|\b(?:kg|g|kcal|cm|m|ml|px|kilograms?|grams?|litres?|metres?|centimetres?|seconds?|minutes?|hours?|days?|weeks?|years?|bytes|pixels|milliseconds)\b/i;
const COUNTED =
  /\bat most\b|\bup to\b|\bone (?:\w+ )?(?:for|per|each)\b|\beach\b|\d|\bevery\b|\bof this page\b/i;
const SEEN =
  /\bsee[ns]?\b|\beverybody\b|\byou alone\b|\b(?:your )?own\b|\byours?\b|\bonly\b|\bpublic\b|\bshare[ds]?\b|\bshown?\b/i;

const subgraphs = subgraphFiles();

describe.each([...subgraphs])('%s', (_name, document) => {
  const elements = elementsOf(document);
  it.each(Object.entries(RULES))('%s', (_rule, holds) => {
    expect(elements.filter((element) => !holds(element)).map(said)).toEqual([]);
  });
});

it('what several subgraphs describe is described in the same words', () => {
  const all = [...subgraphs.values()].flatMap(elementsOf).filter(({ description }) => description !== '');
  const byPath = Map.groupBy(all, ({ path }) => path);
  const differing = [...byPath].filter(
    ([, found]) => new Set(found.map(({ description }) => description)).size > 1,
  );
  expect(differing.map(([path]) => path).filter((path) => !isRoot(path))).toEqual([]);
});

it('the public schema has few descriptions that are a word or two', () => {
  const elements = elementsOf(parse(readFileSync('schema/api.graphql', 'utf8')));
  const short = elements.filter(({ description }) => description.length <= 18);
  expect(elements.length).toBeGreaterThan(2_000);
  expect(elements.filter(({ description }) => description === '').map(said)).toEqual([]);
  expect(short.map(said).slice(60)).toEqual([]);
});

/** Whether every word of a description stands in the name, or in that of what it is a part of. */
function repeatsItsName({ name, parent, description }: Element): boolean {
  const known = new Set([...wordsOf(name), ...wordsOf(parent)].map(stemOf));
  const words = wordsOf(description).filter((word) => !FILLERS.has(word));
  return words.every((word) => known.has(stemOf(word)));
}

const FILLERS = new Set(
  'the a an of its their your his her this that these which who whose whom what when where it is are was were be as in on for to and or has have how'.split(
    ' ',
  ),
);

function wordsOf(text: string): string[] {
  return text
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

function stemOf(word: string): string {
  return word.replace(/(?:ies|y)$/, 'i').replace(/(?:es|s|ed|d|ing)$/, '');
}

function isRoot(path: string): boolean {
  return path === 'Query' || path === 'Mutation' || path === 'Subscription';
}

function isGiven({ kind }: Element): boolean {
  return kind === 'argument' || kind === 'input field';
}

/** What belongs to somebody: the fields of a person, and things with an id of their own. */
function isPersonal({ kind, name, parent, isNode, description }: Element): boolean {
  if (kind === 'type') return isNode && description !== '';
  return kind === 'field' && parent === 'User' && name !== 'id';
}

function said({ path, description }: Element): string {
  return `${path}: ${description}`;
}
