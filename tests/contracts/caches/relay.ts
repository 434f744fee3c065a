import { readFileSync } from 'node:fs';
import { buildSchema } from 'graphql';
import {
  createOperationDescriptor,
  Environment,
  Network,
  RecordSource,
  Store,
  type Variables,
} from 'relay-runtime';
import type { NodeCache, OpenCache, Operation } from './node-cache.ts';
import { relayRequestOf } from './relay-request.ts';

const schema = buildSchema(readFileSync('schema/api.graphql', 'utf8'), { assumeValid: true });

/** How Relay names a record; undefined for what has no id, which it then names by the place where it stands. */
type GetDataId = (node: { id?: string }, type: string) => string | undefined;

/** Relay's runtime as docs/CONTRACTS.md has it: by type and id. */
export const openRelay: OpenCache = (url, token) =>
  openRelayWith((node, type) => node.id && `${type}:${node.id}`, url, token);

/** Relay's runtime as it comes, which takes an id to be of one type alone. */
export const openPlainRelay: OpenCache = (url, token) => openRelayWith(({ id }) => id, url, token);

function openRelayWith(getDataID: GetDataId, url: string, token: string): NodeCache {
  const source = new RecordSource();
  const environment = new Environment({
    store: new Store(source),
    network: Network.create(({ text }, variables) => answerOf(url, token, text ?? '', variables)),
    getDataID,
  });
  const descriptorOf = ({ query, variables = {} }: Operation) =>
    createOperationDescriptor(relayRequestOf(schema, query), variables);
  return {
    async ask(operation) {
      const descriptor = descriptorOf(operation);
      environment.retain(descriptor);
      const isMutation = operation.query.startsWith('mutation');
      await (isMutation
        ? environment.executeMutation({ operation: descriptor })
        : environment.execute({ operation: descriptor })
      ).toPromise();
      return environment.lookup(descriptor.fragment).data;
    },
    async shown(operation) {
      const { data, isMissingData } = environment.lookup(descriptorOf(operation).fragment);
      return isMissingData ? null : data;
    },
    typesOf: async (id) =>
      Object.values(source.toJSON())
        .filter((record) => String(record?.['id']).toLowerCase() === id)
        .map((record) => String(record?.['__typename'])),
  };
}

async function answerOf(url: string, token: string, query: string, variables: Variables) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer;
}
