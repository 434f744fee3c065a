import { type Fixture, Ref, refOf, refsOf } from '../../world.ts';

const person = (id: string) => new Ref('Person', id);
const film = (id: string) => new Ref('Film', id);
const book = (id: string) => new Ref('Book', id);
const atlas = new Ref('Atlas', 'a0');
const concert = new Ref('Concert', 'c0');

/** Interfaces and unions across subgraphs; one subgraph knows the interface as an @interfaceObject. */
export const media: Fixture = {
  name: 'media',
  records: () => ({
    Book: {
      b0: { ...common('b0', 1990), pages: 100, format: 'HARD' },
      b1: { ...common('b1', 2001), pages: null, format: 'SOFT' },
    },
    Film: {
      f0: { ...common('f0', 1984), minutes: 90, sequel: film('f1'), ...streaming('f0') },
      f1: { ...common('f1', 1999), minutes: 120, sequel: book('b0'), streams: null, subtitles: null },
    },
    Atlas: { a0: { ...common('a0', 1950), pages: 12, format: 'HARD', scale: 0.5 } },
    Person: {
      n0: {
        id: 'n0',
        name: 'Ada',
        works: [book('b0'), film('f0'), null],
        favourite: film('f1'),
        concerts: [concert],
      },
      n1: { id: 'n1', name: null, works: [atlas, film('f1')], favourite: person('n0'), concerts: [] },
    },
    Concert: { c0: { id: 'c0', venue: 'Hall', band: [person('n0'), person('n1'), person('n0')] } },
  }),
  computed: {
    'Query.media': (_read, { id }: { id: string }, world) => (/^[abf]/.test(id) ? refOf(world, id) : null),
    'Query.allMedia': (_read, _args, world) =>
      ['Book', 'Film', 'Atlas'].flatMap((type) => refsOf(world, type)),
    'Query.found': (_read, { text }: { text?: string }) => [
      ...(text ? [person('n1')] : [book('b1')]),
      film('f0'),
      null,
      person('n0'),
    ],
    'Query.people': (_read, _args, world) => refsOf(world, 'Person'),
    'Query.bestRated': () => [film('f0'), atlas, null, book('b1')],
    'Query.streams': () => streaming('f0').streams,
    'Query.newest': () => concert,
    '*.ratings': (read, { min }: { min?: number }) =>
      read<{ stars: number }[]>('allRatings').filter(({ stars }) => stars >= (min ?? 0)),
    '*.age': (read) => 2026 - read<number>('year'),
  },
};

function common(id: string, year: number) {
  const allRatings = [
    { stars: year % 5, by: person('n0'), about: new Ref(TYPES[id[0] ?? ''] ?? '', id) },
    { stars: 2, by: null, about: film('f1') },
  ];
  const creators = year % 2 === 0 ? [person('n0'), person('n1')] : [person('n1')];
  return { id, title: `Title ${id}`, year, creators, rating: year / 1_000, allRatings };
}

function streaming(id: string) {
  const streams = [
    { __typename: 'Live', url: `live:${id}`, quality: 'HIGH', source: film(id), viewers: 5 },
    { __typename: 'Recorded', url: `old:${id}`, quality: null, source: concert, seconds: 60 },
  ];
  return { streams, subtitles: [['one', 'two'], null, []] };
}

const TYPES: Record<string, string> = { b: 'Book', f: 'Film', a: 'Atlas' };
