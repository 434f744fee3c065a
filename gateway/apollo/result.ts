import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLFormattedError,
  Kind,
  visit,
} from 'graphql';
import type { Run } from '../engine/execution/run.ts';
import type { DataNames } from '../engine/planning/data-names.ts';
import { isObject, type JsonValue } from '../engine/transport/json.ts';

/** Apollo's executor gives data under the names that the client wrote. */
export const CLIENT_NAMES: DataNames = {
  of: ({ alias, name }) => (alias ?? name).value,
  responseNameOf: (name) => name,
};

/** The document that also asks each object for its type: a writer has to know of which one it is. */
export function withTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    Field: {
      leave(node) {
        if (node.selectionSet === undefined) return undefined;
        const selections = [TYPENAME, ...node.selectionSet.selections];
        return { ...node, selectionSet: { ...node.selectionSet, selections } };
      },
    },
  });
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

type ApolloResult = Pick<ExecutionResult, 'data' | 'extensions'> & {
  errors?: readonly Pick<GraphQLFormattedError, 'message' | 'path' | 'extensions'>[];
};

/** Brings a result of Apollo's executor to a run. */
export function takeResult(run: Run, { data, errors = [], extensions }: ApolloResult): void {
  if (isObject(data as JsonValue)) Object.assign(run.data, data);
  // Nulls where there must be none: the executor spreads them, and says so here.
  const completion = (extensions?.['valueCompletion'] ?? []) as readonly GraphQLFormattedError[];
  const told = [...errors, ...completion.map(({ message, path }) => ({ message, path, extensions: {} }))];
  for (const error of told) {
    const { message, path, extensions: own = {} } = error;
    run.errors.push({ message, path, extensions: { ...own }, explains: path === undefined ? [[]] : [path] });
  }
}
