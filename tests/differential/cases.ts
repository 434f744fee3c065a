import { parse } from 'graphql';
import type { Fault } from './faults.ts';
import type { Trial } from './trial.ts';

/** An operation that an engine once answered otherwise than graphql-js, or was feared to. */
interface Case {
  supergraph: string;
  /** What is special about it. */
  what: string;
  query: string;
  faults?: readonly Fault[];
}

/** What is asked of a supergraph in each run, beside what is generated: that seldom hits upon it. */
export function casesOf(supergraph: string): (Trial & { what: string })[] {
  return CASES.filter((each) => each.supergraph === supergraph).map(({ what, query, faults = [] }) => ({
    what,
    operation: { document: parse(query, { noLocation: true }), variables: {} },
    faults,
  }));
}

const CASES: readonly Case[] = [
  {
    supergraph: 'hotel',
    what: 'two types of a union lead to one entity, and want different fields of it, of which one fails',
    query: `{
      offers {
        ... on Room { hotel { regulars { points } } }
        ... on Voucher { hotel { regulars { name } } }
      }
    }`,
    faults: [
      {
        kind: 'missing',
        type: 'Guest',
        id: 'g1',
        subgraph: 'loyalty',
        fields: ['points', 'favourites', 'invitedBy'],
      },
    ],
  },
  {
    supergraph: 'media',
    what: 'two types of an interface lead to one entity through spread fragments, and one field fails',
    query: `{ found { ...OnBook ...OnFilm } }
      fragment OnBook on Book { creators { concerts { id } } }
      fragment OnFilm on Film { creators { concerts { venue } } }`,
  },
  {
    supergraph: 'media',
    what: 'a key of an @interfaceObject, under another name below one of two types',
    query: '{ bestRated { ... on Film { name: id } ... on Atlas { id } } }',
  },
  {
    supergraph: 'fleet',
    what: 'a field with @requires below a list of entities of entities',
    query: '{ vehicles { workshop { cars { premium } } } }',
  },
];
