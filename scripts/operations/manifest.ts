import { createHash } from 'node:crypto';
import {
  type DefinitionNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  Source,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import type { DocumentManifest } from '../../gateway/plugins/trusted-documents.ts';

/** A file of operations and fragments. */
interface OperationFile {
  /** As faults name it. */
  path: string;
  text: string;
}

/** What is wrong with operation files, a line a fault, each with its file, line and column. */
export class OperationsError extends Error {
  override readonly name = 'OperationsError';
}

/**
 * The manifest of all operations of some files, in the order of their names. A document holds one operation and the
 * fragments that it uses, from whichever file, and its id is the SHA-256 of its text as graphql-js prints it: neither
 * changes when a file is formatted otherwise.
 *
 * @throws OperationsError with everything that a client could not ask for
 */
export function makeManifest(files: readonly OperationFile[], schema: GraphQLSchema): DocumentManifest {
  const definitions = files.flatMap(definitionsOf);
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  refuse([
    ...operations.filter(({ name }) => name === undefined).map(anonymous),
    ...validate(schema, { kind: Kind.DOCUMENT, definitions }, specifiedRules),
  ]);
  return {
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: operations
      .map((operation) => entryOf(operation, fragments))
      .sort((one, other) => (one.name < other.name ? -1 : 1)),
  };
}

function definitionsOf({ path, text }: OperationFile): readonly DefinitionNode[] {
  try {
    return parse(new Source(text, path)).definitions;
  } catch (error) {
    if (error instanceof GraphQLError) refuse([error]);
    throw error;
  }
}

function entryOf(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): DocumentManifest['operations'][number] {
  const used = new Map<string, FragmentDefinitionNode>();
  const collect = (node: OperationDefinitionNode | FragmentDefinitionNode) =>
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || used.has(name.value)) return;
        used.set(name.value, fragment);
        collect(fragment);
      },
    });
  collect(operation);
  const sorted = [...used.keys()].sort().flatMap((name) => used.get(name) ?? []);
  const body = print({ kind: Kind.DOCUMENT, definitions: [operation, ...sorted] });
  return {
    id: createHash('sha256').update(body).digest('hex'),
    name: operation.name?.value ?? '',
    type: operation.operation,
    body,
  };
}

function refuse(faults: readonly GraphQLError[]): void {
  if (faults.length === 0) return;
  throw new OperationsError(faults.map((fault) => `${placeOf(fault)}: ${fault.message}`).join('\n'));
}

function placeOf({ nodes, source, locations }: GraphQLError): string {
  const { name } = nodes?.[0]?.loc?.source ?? source ?? { name: 'operations' };
  const [place] = locations ?? [];
  return place === undefined ? name : `${name}:${place.line}:${place.column}`;
}

function anonymous(node: OperationDefinitionNode): GraphQLError {
  return new GraphQLError('Give this operation a name: clients and logs know it by that.', { nodes: node });
}
