import {
  type DocumentNode,
  type FieldNode,
  type GraphQLObjectType,
  isNonNullType,
  Kind,
  visit,
} from 'graphql';
import { hold, type SelectedField } from '../document/selected-fields.ts';
import { refusalOf } from './authorization.ts';

/** The document without what was refused: what is planned, and so all that subgraphs hear of. */
export function withoutRefused(document: DocumentNode): DocumentNode {
  return visit(document, {
    Field: {
      enter: (node) => (refusalOf(node) === undefined ? undefined : null),
    },
    SelectionSet: {
      // What is left must hold something, and the object may still be there or not.
      leave: (node) => (node.selections.length === 0 ? { ...node, selections: [TYPENAME] } : undefined),
    },
  });
}

/**
 * Whether a refusal at the root leaves no data at all, as a refused field does that can never be null. Then nothing is to
 * be run: a client that gets no data believes that its mutations did nothing.
 */
export function compileRefusesAll(
  root: GraphQLObjectType,
  fields: readonly SelectedField[],
): (variables: Readonly<Record<string, unknown>>) => boolean {
  const refusing = fields
    .filter(({ name, nodes }) => {
      const type = root.getFields()[name]?.type;
      return nodes.some(({ node }) => refusalOf(node) !== undefined) && isNonNullType(type);
    })
    .flatMap(({ nodes }) => nodes.map(({ conditions }) => conditions));
  return (variables) => refusing.some((conditions) => hold(conditions, variables));
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };
