import { readFileSync } from 'node:fs';
import {
  buildSchema,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DomainNetwork, startDomains } from '#tests/domain-network.ts';
import { domains } from '../../../subgraphs/domains.ts';
import { dietUpdates } from './diet.ts';
import { leaderboardUpdates } from './leaderboards.ts';
import { notificationUpdates } from './notifications.ts';
import { trainingUpdates } from './training.ts';
import type { Shown, UpdateCase } from './update-case.ts';
import { userUpdates } from './users.ts';
import { workoutUpdates } from './workouts.ts';

const CASES = [
  dietUpdates,
  trainingUpdates,
  workoutUpdates,
  userUpdates,
  notificationUpdates,
  leaderboardUpdates,
];

const schema = buildSchema(readFileSync('schema/api.graphql', 'utf8'), { assumeValid: true });
const updates = Object.values(schema.getMutationType()?.getFields() ?? {})
  .filter(({ name }) => name.startsWith('update'))
  .map(({ name, args }) => ({ name, input: inputOf(args[0]?.type) }));

let network: DomainNetwork;
const cases: UpdateCase[] = [];

beforeAll(async () => {
  network = await startDomains(domains);
  // One after the other: sign-ups at once would wait for each other's hashes.
  for (const make of CASES) cases.push(...(await make(network)));
});
afterAll(() => network?.close());

it('an update can leave out every field but the id of the thing and the version that was read', () => {
  expect(updates.length).toBeGreaterThan(3);
  expect(updates.flatMap(({ input }) => faultsOf(input, true))).toEqual([]);
});

it.each(updates)('$name leaves what is left out as it is, and null takes away', async ({ name, input }) => {
  const tested = cases.filter(({ mutation }) => mutation === name);
  const about = tested.flatMap(({ key, notKept = [] }) => [...Object.keys(key), ...notKept]);
  const keys = new Set(['expectedVersion', ...about]);
  const fields = Object.keys(input.getFields()).filter((field) => !keys.has(field));
  const triedOn = new Set(tested.flatMap(({ whole }) => Object.keys(whole)));
  expect([...triedOn].sort(), 'Make a thing with each of its fields in tests/contracts/updates.').toEqual(
    fields.sort(),
  );
  for (const each of tested) await tryFields(each, input);
});

/** Leaves out, sends alone and takes away each field of a thing, and each field within its inputs. */
async function tryFields(tested: UpdateCase, input: GraphQLInputObjectType): Promise<void> {
  const whole = { thing: tested.whole };
  expect(await change(tested, {})).toEqual(whole);
  for (const field of tested.notKept ?? [])
    expect(await change(tested, { [field]: null }), `${field}: null`).toEqual(whole);
  for (const path of pathsOf(input, tested.whole)) {
    const field = path.join('.');
    const value = valueAt(tested.whole, path);
    const others = changedAt(tested.whole, path, undefined);
    expect(await change(tested, others), `without ${field}`).toEqual(whole);
    expect(await change(tested, changedAt({}, path, value)), `${field} alone`).toEqual(whole);

    const taken = await change(tested, changedAt({}, path, null));
    if (Object.hasOwn(tested.none, field)) {
      const thing = { ...changedAt(tested.whole, path, tested.none[field]), ...tested.alsoTaken?.[field] };
      expect(taken, `${field}: null`).toEqual({ thing });
      expect(await change(tested, changedAt({}, path, value)), `${field} again`).toEqual(whole);
    } else {
      expect(taken.refusal, `${field}: null`).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(await change(tested, {}), `after ${field}: null`).toEqual(whole);
    }
  }
}

/** Paths of the fields that a thing has, and of those within its inputs. */
function pathsOf(input: GraphQLInputObjectType, thing: Shown): string[][] {
  return Object.entries(thing).flatMap(([field, value]) => {
    const type = input.getFields()[field]?.type;
    const within = isInputObjectType(type) ? pathsOf(type, value) : [];
    return [[field], ...within.map((path) => [field, ...path])];
  });
}

function valueAt(thing: Shown, [field = '', ...inner]: string[]): unknown {
  return inner.length === 0 ? thing[field] : valueAt(thing[field], inner);
}

/** A thing with another value in one place; undefined is left out of a request. */
function changedAt(thing: Shown, [field = '', ...inner]: string[], value: unknown): Shown {
  return { ...thing, [field]: inner.length === 0 ? value : changedAt(thing[field] ?? {}, inner, value) };
}

/** The version that was read last, of each thing. */
const versions = new Map<UpdateCase, number>();

/** Changes a thing; answers with how it is now, or why not. */
async function change(tested: UpdateCase, changes: object): Promise<{ thing?: object; refusal?: object }> {
  const { mutation, domain, selection, key, token, read = (shown: Shown) => shown } = tested;
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const operation = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} } }`;
  const takesVersion = Object.hasOwn(
    updates.find(({ name }) => name === mutation)?.input.getFields() ?? {},
    'expectedVersion',
  );
  const expectedVersion = versions.get(tested) ?? tested.version ?? 1;
  const { data, errors } = await network.graphql<Record<string, Shown>>(domain, operation, {
    variables: { input: { ...key, ...(takesVersion && { expectedVersion }), ...changes } },
    token,
  });
  if (errors?.[0] !== undefined) return { refusal: errors[0].extensions };
  const shown = plain(Object.values(data?.[mutation] ?? {})[0]);
  const { version, ...thing } = read(shown as Shown);
  if (typeof version === 'number') versions.set(tested, version);
  return { thing };
}

/** References to other things as their ids. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.keys(value).join() === 'id') return Object.values(value)[0];
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, plain(inner)]));
}

/**
 * The fields that cannot be left out, or that become another value where they are. The first field of the input itself may
 * say which thing is meant; an item of a list, which is replaced as a whole, has required fields of its own.
 */
function faultsOf(input: GraphQLInputObjectType, isRoot: boolean): string[] {
  return Object.values(input.getFields()).flatMap(({ name, type, defaultValue }, index) => {
    const place = `${input.name}.${name}`;
    const isKey = index === 0 && /^(ID|NotificationKind)!$/.test(String(type));
    if (isRoot && (name === 'expectedVersion' || isKey)) return [];
    const within = isNonNullType(type) ? type.ofType : type;
    return [
      ...(isNonNullType(type) ? [`${place} cannot be left out`] : []),
      ...(defaultValue === undefined ? [] : [`${place} has a default`]),
      ...(isInputObjectType(within) ? faultsOf(within, false) : []),
    ];
  });
}

function inputOf(type: GraphQLInputType | undefined): GraphQLInputObjectType {
  const named = type !== undefined && isNonNullType(type) ? type.ofType : type;
  if (named === undefined || isListType(named) || !isInputObjectType(named))
    throw new Error('An update takes one input.');
  return named;
}
