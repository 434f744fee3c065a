import { Client, fetchExchange } from '@urql/core';
import { cacheExchange, type SerializedEntries } from '@urql/exchange-graphcache';
import type { OpenCache } from './node-cache.ts';

/** What stands in the thing that holds it, having no id: urql wants to be told so of all but lists. */
const WITHOUT_ID = ['LeaderboardParticipation'];

/** urql with its normalised cache, which knows by itself how to name what has an id. */
export const openUrql: OpenCache = (url, token) => {
  // Handed over to be stored between visits: the one way in which this cache shows its records.
  const entries: SerializedEntries = {};
  const storage = {
    readData: async () => ({}),
    writeData: async (delta: SerializedEntries) => void Object.assign(entries, delta),
  };
  const keys = Object.fromEntries(WITHOUT_ID.map((type) => [type, () => null]));
  const client = new Client({
    url,
    exchanges: [cacheExchange({ storage, keys }), fetchExchange],
    fetchOptions: { headers: { authorization: `Bearer ${token}` } },
    preferGetMethod: false,
  });
  return {
    async ask({ query, variables = {} }) {
      const isMutation = query.startsWith('mutation');
      const { data, error } = isMutation
        ? await client.mutation(query, variables).toPromise()
        : await client.query(query, variables, { requestPolicy: 'network-only' }).toPromise();
      if (error !== undefined) throw error;
      return data;
    },
    async shown({ query, variables = {} }) {
      const { data } = await client.query(query, variables, { requestPolicy: 'cache-only' }).toPromise();
      return data ?? null;
    },
    async typesOf(id) {
      // Of each field, "<type>:<id>.<field>".
      const records = new Set(Object.keys(entries).map((key) => key.slice(0, key.indexOf('.'))));
      return [...records]
        .map((record) => record.split(':'))
        .flatMap(([type = '', of]) => (of?.toLowerCase() === id ? type : []));
    },
  };
};
