import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client/core';
import type { OpenCache } from './node-cache.ts';

/** Apollo Client as it comes: no key is configured. */
export const openApollo: OpenCache = (uri, token) => {
  const cache = new InMemoryCache();
  const link = new HttpLink({ uri, headers: { authorization: `Bearer ${token}` } });
  const client = new ApolloClient({ cache, link });
  return {
    async ask({ query, variables = {} }) {
      const document = gql(query);
      const isMutation = query.startsWith('mutation');
      const { data } = isMutation
        ? await client.mutate({ mutation: document, variables })
        : await client.query({ query: document, variables, fetchPolicy: 'network-only' });
      return data;
    },
    shown: async ({ query, variables = {} }) => cache.readQuery({ query: gql(query), variables }),
    typesOf: async (id) =>
      Object.entries(cache.extract())
        .filter(([, record]) => String(record?.['id']).toLowerCase() === id)
        .map(([, record]) => String(record?.['__typename'])),
  };
};
