import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import {
  type Resolvers,
  type SubgraphServer,
  serveSubgraph,
} from '#tests/fixtures/library/subgraph-server.ts';
import { LINK, SDL } from './catalogue-sdl.ts';

/** Four subgraphs that use what federation has: joins of all kinds, over data with holes and faults in it. */
export interface Catalogue {
  supergraph: string;
  subgraphs: Readonly<Record<CatalogueSubgraph, SubgraphServer>>;
  /** What the mutations did, in order. */
  journal: string[];
  /** Ids of the products that reviews was asked for by reference. */
  references: string[];
  close(): Promise<void>;
}

export type CatalogueSubgraph = keyof typeof SDL;

interface Reference {
  id: string;
}

/** Starts the subgraphs; gateways may go over them at will. */
export async function startCatalogue(): Promise<Catalogue> {
  const journal: string[] = [];
  const references: string[] = [];
  const resolvers = {
    products: products(journal),
    reviews: reviews(journal, references),
    warehouse,
    ratings,
  };
  const names = Object.keys(SDL) as CatalogueSubgraph[];
  const servers = await Promise.all(
    names.map(async (name) => {
      const server = await serveSubgraph(parse(LINK + SDL[name]), resolvers[name]);
      return [name, server] as const;
    }),
  );
  const { supergraphSdl, errors } = composeServices(
    servers.map(([name, { url }]) => ({ name, url, typeDefs: parse(LINK + SDL[name]) })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return {
    supergraph: supergraphSdl,
    subgraphs: Object.fromEntries(servers) as Catalogue['subgraphs'],
    journal,
    references,
    async close() {
      await Promise.all(servers.map(([, server]) => server.close()));
    },
  };
}

function product(id: string) {
  if (id === 'none') return null;
  return {
    __typename: 'Product',
    id,
    sku: { code: `code-${id}`, lot: Number(id) || 0 },
    name: id === '2' ? null : `Product ${id}`,
    colour: id === '3' ? 'HIDDEN' : id === '2' ? 'GREEN' : 'RED',
    size: id === '3' ? null : { width: Number(id) || 0, height: 2 },
    maker: maker(id === '3' ? '1' : id),
  };
}

function maker(id: string) {
  return { __typename: 'Maker', id: `m${id}`, name: `Maker ${id}` };
}

function products(journal: string[]): Resolvers {
  const media = [
    { __typename: 'Film', id: 'f1', title: 'A film', minutes: 90, product: product('1') },
    { __typename: 'Song', id: 's1', title: 'A song', singer: maker('2') },
    { __typename: 'Film', id: 'f2', title: null, minutes: null, product: null },
  ];
  return {
    Query: {
      product: (_, { id }: Reference) => product(id),
      products: (_, { ids }: { ids: string[] }) => ids.map(product),
      shelves: () => [[product('1'), null, maker('1')], [], [product('3')]],
      found: () => [product('1'), maker('1'), null, product('2')],
      media: () => media,
      strictProducts: () => [product('1'), product('bad')],
    },
    Mutation: {
      rename(_, { id, name }: Reference & { name: string }) {
        journal.push(`rename ${id}`);
        return { ...product(id), name };
      },
      fail() {
        journal.push('fail');
        throw new Error('a bug');
      },
    },
    Product: {
      __resolveReference: ({ id, sku }: Reference & { sku?: { code: string } }) =>
        product(id ?? sku?.code.replace('code-', '')),
      label: () => ({ text: 'a label' }),
      makers: (_, { first }: { first: number }) => [maker('1'), null, maker('3')].slice(0, first),
      strict({ id }: Reference) {
        if (id === 'bad') throw new Error('a bug');
        return `strict ${id}`;
      },
    },
    Label: {
      broken() {
        throw new Error('a bug');
      },
    },
    Maker: {
      __resolveReference: ({ id }: Reference) => maker(id.slice(1)),
      products: ({ id }: Reference) => [product(id.slice(1))],
    },
    Media: { __resolveReference: ({ id }: Reference) => media.find((each) => each.id === id) ?? null },
    Film: { __resolveReference: ({ id }: Reference) => media.find((each) => each.id === id) ?? null },
    Song: { __resolveReference: ({ id }: Reference) => media.find((each) => each.id === id) ?? null },
  };
}

function reviews(journal: string[], references: string[]): Resolvers {
  const review = (id: string) => ({
    id,
    product: { id: id.split('-')[0], name: 'as provided' },
    author: { id: 'ada' },
  });
  return {
    Query: {
      review: (_, { id }: Reference) => review(id),
      topReviews: () => [review('1-a'), review('3-a'), review('1-b')],
    },
    Mutation: {
      review(_, { product: id }: { product: string }) {
        journal.push(`review ${id}`);
        return review(`${id}-new`);
      },
    },
    Review: {
      __resolveReference: ({ id }: Reference) => review(id),
      text({ id }: Reference, { short }: { short: boolean }) {
        if (id === '2-b') throw new Error('a bug');
        return short ? id : `Review ${id}`;
      },
    },
    Product: {
      __resolveReference({ id }: Reference) {
        references.push(id);
        return id === 'unreviewed' ? null : { id };
      },
      reviews: ({ id }: Reference, { first = 2 }: { first?: number }) =>
        [review(`${id}-a`), review(`${id}-b`), null].slice(0, first),
      rating({ id }: Reference) {
        if (id === '3') throw new Error('a bug');
        return Number(id) + 0.5;
      },
    },
    Author: {
      __resolveReference: ({ id }: Reference) => ({ id }),
      name: ({ id }: Reference) => `Author ${id}`,
      reviews: () => [review('1-a'), review('2-a')],
    },
  };
}

const warehouse: Resolvers = {
  Query: { bestStocked: () => ({ sku: { code: 'code-1', lot: 1 } }) },
  Product: {
    __resolveReference: (reference: object) => reference,
    old: () => 'from the warehouse',
    parcel: (
      { size }: { size: { width: number; height: number } | null },
      { unit = 'cm' }: { unit?: string },
    ) => size && `${size.width} by ${size.height} ${unit}`,
    inStock: ({ sku }: { sku: { lot: number } }) => sku.lot % 2 === 1,
  },
  Film: {
    __resolveReference: ({ id }: Reference) => ({ id }),
    trailer: ({ id }: Reference) => `Trailer ${id}`,
  },
};

const ratings: Resolvers = {
  Query: { bestMedia: () => [{ id: 's1' }, { id: 'f1' }] },
  Media: {
    __resolveReference: ({ id }: Reference) => ({ id }),
    stars: ({ id }: Reference) => (id === 'f2' ? null : 5),
  },
  Maker: {
    __resolveReference: ({ id }: Reference) => ({ id }),
    country: ({ id }: Reference) => (id === 'm2' ? null : 'FR'),
  },
};
