import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import type { SelectedField } from './selected-fields.ts';

/** Answers an operation's questions about the schema, by response name. */
export type Introspect = (variables: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** Compiles the introspection of an operation; null where it asks for none. */
export function compileIntrospection(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  fields: readonly SelectedField[],
): Introspect | null {
  const selections = fields
    .filter(({ name }) => isIntrospection(name))
    .flatMap(({ nodes }) => nodes.map(({ node }) => node));
  if (selections.length === 0) return null;
  const asked: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, directives: [], selectionSet: { kind: Kind.SELECTION_SET, selections } },
      ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
    ],
  };
  return (variableValues) => executeSync({ schema, document: asked, variableValues }).data ?? {};
}

/** The document with nothing in it that the gateway answers itself. */
export function withoutIntrospection(document: DocumentNode): DocumentNode {
  return visit(document, {
    Field(node): FieldNode | undefined {
      if (!isIntrospection(node.name.value)) return undefined;
      // The type's name in its place, for a selection must hold something.
      const { selectionSet: _, arguments: __, alias, name, ...rest } = node;
      return { ...rest, alias: alias ?? name, name: { kind: Kind.NAME, value: '__typename' } };
    },
  });
}

function isIntrospection(name: string): boolean {
  return name === '__schema' || name === '__type';
}
