import { type Fixture, Ref, refOf, refsOf } from '../../world.ts';

const hotel = (id: string) => new Ref('Hotel', id);
const room = (id: string) => new Ref('Room', id);
const guest = (id: string) => new Ref('Guest', id);
const chain = new Ref('Chain', 'Nord');

/** Almost nothing may be null: how far a null climbs is most of what this one asks. */
export const hotelStrict: Fixture = {
  name: 'hotel',
  records: () => ({
    Hotel: Object.fromEntries(
      [0, 1, 2].map((n) => [
        `h${n}`,
        {
          id: `h${n}`,
          name: `Hotel ${n}`,
          rooms: n === 2 ? [] : [room(`r${n}`), room('r2')],
          tags: n === 1 ? null : ['QUIET', 'POOL'],
          stars: n + 3,
          cheapest: room('r2'),
          chain: n === 0 ? null : chain,
          regulars: [guest('g0'), guest('g1')].slice(n),
          opinion: { mark: n, words: ['fine', `${n}`], by: guest('g1') },
        },
      ]),
    ),
    Room: Object.fromEntries(
      [0, 1, 2].map((n) => [
        `r${n}`,
        { hotel: hotel(`h${n % 2}`), number: n, beds: n + 1, rate: 10.5 * (n + 1) },
      ]),
    ),
    Guest: {
      g0: { id: 'g0', name: 'Gus', last: hotel('h0'), points: 5, favourites: [hotel('h1')], invitedBy: null },
      g1: { id: 'g1', name: 'Gil', last: hotel('h2'), points: 6, favourites: [], invitedBy: guest('g0') },
    },
    Chain: { Nord: { name: 'Nord', hotels: [hotel('h1'), hotel('h2')], head: guest('g0') } },
  }),
  computed: {
    'Query.hotels': (_read, { near }: { near?: { within: number | null } | null }, world) =>
      refsOf(world, 'Hotel').slice(0, near?.within ?? 2),
    'Query.guest': (_read, { id }: { id: string }, world) => (id.startsWith('g') ? refOf(world, id) : null),
    'Query.stays': () => [
      [
        { __typename: 'Booked', room: room('r0'), nights: 2, guest: guest('g1') },
        { __typename: 'Blocked', room: room('r1'), nights: 1, why: null },
      ],
      [],
      [{ __typename: 'Booked', room: room('r2'), nights: 3, guest: guest('g0') }],
    ],
    'Query.offers': () => [room('r1'), { __typename: 'Voucher', code: 'V', hotel: hotel('h1') }, null],
    'Room.seasonal': (read, { month }: { month: number }) => read<number>('rate') + month,
    'Room.perBed': (read) => read<number>('rate') / read<number>('beds'),
  },
};
