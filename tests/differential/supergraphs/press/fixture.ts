import { type Fixture, Ref, refOf, refsOf } from '../../world.ts';

const writer = (id: string) => new Ref('Writer', id);
const article = (id: string) => new Ref('Article', id);

/** Fields that move between subgraphs: @override, whole, at 100 % and at 0 %; @shareable; @inaccessible. */
export const press: Fixture = {
  name: 'press',
  records: () => ({
    Article: Object.fromEntries(
      [0, 1, 2].map((n) => [
        `s${n}`,
        {
          slug: `s${n}`,
          title: `Title ${n}`,
          body: n === 1 ? null : `Body ${n}`,
          views: n * 11,
          likes: n,
          author: n === 2 ? null : writer(`w${n}`),
          related: n === 0 ? null : [article(`s${n - 1}`), article('s2')],
          status: n === 0 ? 'DRAFT' : 'PUBLISHED',
          readers: [writer('w0'), { __typename: 'Guest', nickname: `guest ${n}` }, null],
        },
      ]),
    ),
    Writer: Object.fromEntries(
      [0, 1, 2].map((n) => [
        `w${n}`,
        {
          id: `w${n}`,
          name: `Writer ${n}`,
          bio: n === 1 ? null : `Bio ${n}`,
          rank: n === 0 ? 'SENIOR' : 'JUNIOR',
          mentor: n === 0 ? null : writer('w0'),
          articles: [article(`s${n}`)],
          ranking: n === 2 ? null : { score: n * 5, place: n + 1 },
          salary: 1,
        },
      ]),
    ),
  }),
  computed: {
    'Query.articles': (_read, _args, world) => refsOf(world, 'Article'),
    'Query.article': (_read, { slug }: { slug: string }, world) =>
      slug.startsWith('s') ? refOf(world, slug) : null,
    'Query.drafts': () => [article('s0'), null, article('s2')],
    'Query.writers': (_read, _args, world) => refsOf(world, 'Writer'),
    'Article.summary': (read, { length }: { length?: number }) =>
      `summary of ${read<string>('slug')}`.slice(0, (length ?? 4) + 4),
    'Writer.follows': (read, { kind }: { kind?: string }) =>
      kind === 'PUBLIC' ? [writer('w2')] : [writer('w1'), writer(read<string>('id'))],
    'Writer.bonus': (read) => {
      const ranking = read<{ score: number | null } | null>('ranking');
      return ranking === null ? null : (ranking.score ?? 0) * 100;
    },
  },
};
