/**
 * The four neutral subgraphs in one process, as cheap as they can be: each body that was ever asked is answered from
 * memory, so that what is left to measure is the gateway. `node subgraphs.ts <port>`.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, graphql, parse } from 'graphql';
import { AUTHOR, PRODUCTS, type Product, REVIEWS, REVIEWS_OF_ANYBODY, type Review, USERS } from './world.ts';

type Resolver = (parent: never, args: never) => unknown;

const RESOLVERS: Record<string, Record<string, Record<string, Resolver>>> = {
  accounts: {
    Query: {
      me: () => USERS[0],
      user: (_, { id }: { id: string }) => USERS.find((user) => user.id === id),
      users: () => USERS,
    },
    User: { __resolveReference: ({ id }: { id: string }) => USERS.find((user) => user.id === id) },
  },
  inventory: {
    Product: {
      __resolveReference: (reference: object) => reference,
      inStock: ({ upc }: Product) => Number(upc) % 3 !== 0,
      shippingEstimate: ({ price, weight }: Product) => (price > 1_000 ? 0 : Math.round(weight / 2)),
    },
  },
  products: {
    Query: { topProducts: (_, { first }: { first: number }) => PRODUCTS.slice(0, first) },
    Product: {
      __resolveReference: ({ upc }: { upc: string }) => PRODUCTS.find((product) => product.upc === upc),
    },
  },
  reviews: {
    Query: { review: (_, { id }: { id: string }) => REVIEWS.find((review) => review.id === id) },
    Review: {
      __resolveReference: ({ id }: { id: string }) => REVIEWS.find((review) => review.id === id),
      author: () => AUTHOR,
      product: ({ upc }: Review) => ({ upc }),
    },
    User: {
      __resolveReference: (reference: object) => reference,
      numberOfReviews: () => REVIEWS_OF_ANYBODY.length,
      reviews: () => REVIEWS_OF_ANYBODY,
    },
    Product: {
      __resolveReference: (reference: object) => reference,
      reviews: (product: Product) => REVIEWS.filter(({ upc }) => upc === product.upc),
    },
  },
};

const schemas = new Map(Object.keys(RESOLVERS).map((name) => [`/${name}`, schemaOf(name)]));
const answers = new Map<string, Buffer>();
let asked = 0;

createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => void answer(request, response, Buffer.concat(parts).toString()));
}).listen(Number(process.argv[2]), '127.0.0.1');

async function answer(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
  const path = request.url ?? '';
  const schema = schemas.get(path);
  if (schema === undefined) {
    // This belongs to the measurement: it counts the fetches.
    response.end(String(asked));
    return;
  }
  asked += 1;
  const key = `${path} ${body}`;
  const known = answers.get(key) ?? Buffer.from(JSON.stringify(await execute(schema, body)));
  answers.set(key, known);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': known.length });
  response.end(known);
}

function execute(schema: GraphQLSchema, body: string) {
  const { query, variables, operationName } = JSON.parse(body);
  return graphql({ schema, source: query, variableValues: variables, operationName });
}

function schemaOf(name: string): GraphQLSchema {
  const typeDefs = parse(readFileSync(new URL(`./${name}.graphql`, import.meta.url), 'utf8'));
  return buildSubgraphSchema([{ typeDefs, resolvers: RESOLVERS[name] as never }]);
}
