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
import { at, only, withField, without } from './paths.ts';
import { trainingUpdates } from './training.ts';
import type { UpdateCase } from './update-case.ts';

const CASES = [dietUpdates, trainingUpdates];

const schema = buildSchema(readFileSync('schema/api.graphql', 'utf8'), { assumeValid: true });
const updates = Object.values(schema.getMutationType()?.getFields() ?? {})
  // Those of the other domains come one after the other.
  .filter(({ name }) => /^update(Gym|Location|Class|TrainerProfile|Ingredient|Recipe|MealPlan)$/.test(name))
  .map(({ name, args }) => ({ name, input: inputOf(args[0]?.type) }));

let network: DomainNetwork;
let cases: Map<string, UpdateCase>;

beforeAll(async () => {
  network = await startDomains(domains);
  const made = await Promise.all(CASES.map((make) => make(network)));
  cases = new Map(made.flat().map((each) => [each.mutation, each]));
});
afterAll(() => network?.close());

it('an update can leave out every field but the id of the thing and the version that was read', () => {
  expect(updates.length).toBeGreaterThan(3);
  expect(updates.flatMap(({ input }) => faultsOf(input, true))).toEqual([]);
});

it.each(updates)('$name leaves what is left out as it is, and null takes away', async ({ name, input }) => {
  const tested = cases.get(name);
  if (tested === undefined) throw new Error(`Make a thing to try ${name} on, in tests/contracts/updates.`);
  const about = [...Object.keys(tested.key), 'expectedVersion', ...(tested.notKept ?? [])];
  const paths = pathsOf(input).filter((path) => !about.includes(path.split('.')[0] ?? ''));
  expect(paths.filter((path) => at(tested.whole, path) === undefined)).toEqual([]);

  const whole = { thing: tested.whole };
  expect(await change(tested, {})).toEqual(whole);
  for (const field of tested.notKept ?? []) {
    expect(await change(tested, { [field]: null }), `${field}: null`).toEqual(whole);
  }
  for (const path of paths) {
    const value = at(tested.whole, path);
    expect(await change(tested, without(tested.whole, path)), `without ${path}`).toEqual(whole);
    expect(await change(tested, only(path, value)), `${path} alone`).toEqual(whole);

    const taken = await change(tested, only(path, null));
    if (Object.hasOwn(tested.none, path)) {
      expect(taken, `${path}: null`).toEqual({
        thing: { ...withField(tested.whole, path, tested.none[path]), ...tested.alsoTaken?.[path] },
      });
      expect(await change(tested, only(path, value)), `${path} again`).toEqual(whole);
    } else {
      expect(taken.refusal, `${path}: null`).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(await change(tested, {}), `after ${path}: null`).toEqual(whole);
    }
  }
});

/** The version that was read last, by mutation. */
const versions = new Map<string, number>();

/** Changes a thing; answers with how it is now, or why not. */
async function change(
  { mutation, domain, selection, key, token }: UpdateCase,
  changes: object,
): Promise<{ thing?: object; refusal?: object }> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const operation = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} } }`;
  const takesVersion = Object.hasOwn(
    updates.find(({ name }) => name === mutation)?.input.getFields() ?? {},
    'expectedVersion',
  );
  const expectedVersion = versions.get(mutation) ?? 1;
  const { data, errors } = await network.graphql<Record<string, Record<string, Record<string, unknown>>>>(
    domain,
    operation,
    { variables: { input: { ...key, ...(takesVersion && { expectedVersion }), ...changes } }, token },
  );
  if (errors?.[0] !== undefined) return { refusal: errors[0].extensions };
  const { version, ...thing } = Object.values(data?.[mutation] ?? {})[0] ?? {};
  if (typeof version === 'number') versions.set(mutation, version);
  return { thing: plain(thing) as object };
}

/** References to other things as their ids, however deep they stand. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  if (Object.keys(value).join() === 'id') return (value as { id: string }).id;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, plain(inner)]));
}

/** Every field, and those of inputs within it. */
function pathsOf(input: GraphQLInputObjectType): string[] {
  return Object.values(input.getFields()).flatMap(({ name, type }) => {
    const within = isInputObjectType(type) ? pathsOf(type) : [];
    return [name, ...within.map((inner) => `${name}.${inner}`)];
  });
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
