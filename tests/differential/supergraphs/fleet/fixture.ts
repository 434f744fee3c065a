import { type Fixture, Ref, refOf, refsOf } from '../../world.ts';

const organization = (id: string) => new Ref('Organization', id);
const vehicle = (id: string) => new Ref('Vehicle', id);
const driver = (id: string) => new Ref('Driver', id);

/** Keys that hold other entities, keys that do not resolve, and chains of @requires with arguments. */
export const fleet: Fixture = {
  name: 'fleet',
  records: () => ({
    Organization: {
      o0: {
        id: 'o0',
        name: 'Zero',
        tier: 'BASIC',
        parent: null,
        address: { street: 'First', city: { name: 'Oslo', zip: '0150' } },
        vehicles: [vehicle('v0'), vehicle('v1')],
        contracts: 3,
      },
      o1: {
        id: 'o1',
        name: 'One',
        tier: 'GOLD',
        parent: organization('o0'),
        address: { street: null, city: null },
        vehicles: [vehicle('v2'), vehicle('v3')],
        contracts: 4,
      },
    },
    Vehicle: Object.fromEntries(
      [0, 1, 2, 3].map((n) => [
        `v${n}`,
        {
          number: n % 3,
          owner: organization(n < 2 ? 'o0' : 'o1'),
          model: n === 1 ? null : { label: `M${n}`, years: n, engine: { power: n * 50, fuel: 'diesel' } },
          driver: n === 3 ? null : driver(`d${n % 2}`),
          distance: n * 100,
          workshop: n === 0 ? null : new Ref('Workshop', 'w0'),
        },
      ]),
    ),
    Driver: {
      d0: {
        id: 'd0',
        licence: 'L0',
        name: 'Dora',
        drives: [vehicle('v0'), vehicle('v2')],
        points: 3,
        insured: true,
      },
      d1: {
        id: 'd1',
        licence: 'L1',
        name: 'Dirk',
        drives: [vehicle('v1'), null],
        points: null,
        insured: false,
      },
    },
    Workshop: {
      w0: { code: 'w0', chief: driver('d1'), cars: [vehicle('v3'), vehicle('v0'), vehicle('v3')] },
    },
  }),
  computed: {
    'Query.organizations': (_read, _args, world) => refsOf(world, 'Organization'),
    'Query.organization': (_read, { id }: { id: string }, world) =>
      id.startsWith('o') ? refOf(world, id) : null,
    'Query.vehicles': (_read, { first }: { first?: number }, world) =>
      refsOf(world, 'Vehicle').slice(0, first ?? 4),
    'Query.vehicle': (_read, { number }: { number: number }, world) =>
      number in [0, 1, 2] ? refOf(world, `v${number}`) : null,
    'Vehicle.odometer': (read, { unit }: { unit?: string }) =>
      Math.round(read<number>('distance') * (unit === 'KM' ? 1.6 : 1)),
    'Vehicle.serviceInterval': (read) => {
      const model = read<{ years: number; engine: { power: number } } | null>('model');
      return (
        (read<number | null>('odometer') ?? 7) + (model === null ? 1_000 : model.years + model.engine.power)
      );
    },
    'Vehicle.discount': (read) => (read<string | null>('owner', 'tier') === 'GOLD' ? 20 : 0),
    'Vehicle.premium': (read) => {
      const interval = read<number | null>('serviceInterval');
      return interval === null ? null : interval * 2;
    },
  },
};
