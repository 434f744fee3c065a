import { readFileSync } from 'node:fs';

/** The public federation benchmark's operation. */
export const HEAVY = readFileSync(new URL('neutral/heavy.graphql', import.meta.url), 'utf8');

/** Three fetches: products, their reviews, the reviews' authors. */
export const SMALL = readFileSync(new URL('neutral/small.graphql', import.meta.url), 'utf8');

/** The first page of the app, over our own supergraph: as in tests/e2e/query-cost.test.ts. */
export const OVERVIEW = /* GraphQL */ `
  query Overview {
    viewer {
      conversations(first: 20) {
        edges {
          node {
            title
            unreadCount
            lastMessage { body sender { name } }
            participants(first: 10) { nodes { name } }
          }
        }
      }
    }
  }
`;
