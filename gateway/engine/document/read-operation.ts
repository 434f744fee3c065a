import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type ParseOptions,
  parse,
  type ValidationRule,
  validate,
} from 'graphql';
import { gatewayError } from '../../request/errors.ts';
import { RefusedError } from '../../request/refused-error.ts';
import { onlyOf } from './fragments.ts';

export interface DocumentRules {
  schema: GraphQLSchema;
  /** Bounds the tokens of a document. */
  tokens: number;
  /** Checked one set after the other. */
  rules: readonly (readonly ValidationRule[])[];
}

/**
 * The operation that a document holds under this name, with its fragments and nothing else.
 *
 * @param nextTurn waited for between the steps, each of which takes some time for a large document
 * @throws RefusedError where the document is not valid, or holds no such operation
 */
export async function readOperation(
  source: string,
  name: string | undefined,
  { schema, tokens, rules }: DocumentRules,
  nextTurn: () => Promise<void>,
): Promise<DocumentNode> {
  // Locations are a third of what parsing takes, and there for errors alone.
  const document = parseDocument(source, { maxTokens: tokens, noLocation: true });
  for (const each of rules) {
    await nextTurn();
    if (faultsOf(schema, document, each).length === 0) continue;
    const located = parseDocument(source, { maxTokens: tokens });
    throw new RefusedError(faultsOf(schema, located, each).map(asInvalid));
  }
  const operation = getOperationAST(document, name);
  if (!operation) throw new RefusedError([noSuchOperation(name)]);
  return onlyOf(document, operation);
}

function parseDocument(source: string, options: ParseOptions): DocumentNode {
  try {
    return parse(source, options);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new RefusedError([withCode(error, 'GRAPHQL_PARSE_FAILED')]);
  }
}

/** graphql-js throws, in place of reporting, where a subscription's field depends on a variable. */
function faultsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[],
): readonly GraphQLError[] {
  try {
    return validate(schema, document, rules);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

function asInvalid(error: GraphQLError): GraphQLError {
  return withCode(error, 'GRAPHQL_VALIDATION_FAILED');
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, originalError } = error;
  return new GraphQLError(message, {
    nodes,
    source,
    positions,
    originalError,
    extensions: { code, http: { status: 400 }, ...error.extensions },
  });
}

function noSuchOperation(name: string | undefined): GraphQLError {
  const message =
    name === undefined
      ? 'The document holds several operations or none: say in operationName which one to run.'
      : `Unknown operation named "${name}".`;
  return gatewayError('OPERATION_RESOLUTION_FAILURE', message, { status: 400 });
}
