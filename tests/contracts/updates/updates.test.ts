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
import { trainingUpdates } from './training.ts';
import type { UpdateCase } from './update-case.ts';

const CASES = [trainingUpdates];

const schema = buildSchema(readFileSync('schema/api.graphql', 'utf8'), { assumeValid: true });
const updates = Object.values(schema.getMutationType()?.getFields() ?? {})
  // Those of the other domains come one after the other.
  .filter(({ name }) => /^update(Gym|Location|Class|TrainerProfile)$/.test(name))
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
  const fields = Object.keys(input.getFields()).filter(
    (field) => field !== 'expectedVersion' && !Object.hasOwn(tested.key, field),
  );
  expect(Object.keys(tested.whole).sort()).toEqual(fields.sort());

  const whole = { thing: tested.whole };
  expect(await change(tested, {})).toEqual(whole);
  for (const field of fields) {
    const { [field]: value, ...others } = tested.whole;
    expect(await change(tested, others), `without ${field}`).toEqual(whole);
    expect(await change(tested, { [field]: value }), `${field} alone`).toEqual(whole);

    const taken = await change(tested, { [field]: null });
    if (Object.hasOwn(tested.none, field)) {
      expect(taken, `${field}: null`).toEqual({
        thing: { ...tested.whole, [field]: tested.none[field] },
      });
      await change(tested, { [field]: value });
    } else {
      expect(taken.refusal, `${field}: null`).toMatchObject({ code: 'BAD_USER_INPUT' });
      expect(await change(tested, {}), `after ${field}: null`).toEqual(whole);
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
  return { thing: plain(thing) };
}

/** References to other things as their ids. */
function plain(thing: Record<string, unknown>): object {
  const isReference = (value: unknown): value is { id: string } =>
    typeof value === 'object' && value !== null && Object.keys(value).join() === 'id';
  return Object.fromEntries(
    Object.entries(thing).map(([field, value]) => [field, isReference(value) ? value.id : value]),
  );
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
