import { type Fixture, Ref, refOf, refsOf, type World } from '../../world.ts';

const account = (id: string) => new Ref('Account', id);
const holder = (id: string) => new Ref('Holder', id);

/** Mutations in series over three subgraphs: every one answers its place in the one journal. */
export const ledger: Fixture = {
  name: 'ledger',
  records: () => ({
    Account: {
      a0: { id: 'a0', owner: holder('h0'), limit: 10, holders: [holder('h0'), holder('h1')] },
      a1: { id: 'a1', owner: null, limit: 20, holders: null },
    },
    Holder: {
      h0: { id: 'h0', name: 'Hana', nickname: null, partner: holder('h1'), score: 1, trusted: true },
      h1: { id: 'h1', name: 'Hugo', nickname: 'Hu', partner: null, score: null, trusted: false },
    },
  }),
  computed: {
    'Query.accounts': (_read, _args, world) => refsOf(world, 'Account'),
    'Query.holders': (_read, _args, world) => [...refsOf(world, 'Holder'), null],
    'Query.entries': () => [
      { __typename: 'Note', position: 0, about: account('a0'), text: 'first' },
      { __typename: 'Alarm', position: 1, about: null, level: 3 },
    ],
    'Mutation.deposit': (_read, { account: id, amount }: { account: string; amount: number }, world) => {
      append(world, `deposit ${id} ${amount}`);
      return id.startsWith('a') ? refOf(world, id) : null;
    },
    'Mutation.withdraw': (
      _read,
      { input }: { input: { account: string; reason?: string | null } },
      world,
    ) => ({
      position: append(world, `withdraw ${JSON.stringify(input)}`),
      account: input.account.startsWith('a') ? refOf(world, input.account) : null,
      reason: input.reason ?? null,
    }),
    'Mutation.rename': (_read, { holder: id, name }: { holder: string; name?: string | null }, world) => ({
      position: append(world, `rename ${id} ${name}`),
      previous: name ?? null,
      holder: id.startsWith('h') ? refOf(world, id) : null,
    }),
    'Mutation.remind': (_read, { holders }: { holders: string[] }, world) => {
      append(world, `remind ${holders.join()}`);
      return holders.map((id) => (id.startsWith('h') ? refOf(world, id) : null));
    },
    'Mutation.audit': (_read, { note }: { note: string }, world) => {
      const position = append(world, `audit ${note}`);
      const about = position % 2 === 0 ? account('a0') : account('a1');
      return position % 2 === 0
        ? { __typename: 'Note', position, about, text: note }
        : { __typename: 'Alarm', position, about, level: position };
    },
  },
};

function append(world: World, line: string): number {
  return world.journal.push(line);
}
