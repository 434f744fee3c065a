import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  type ValidationRule,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { gatewayError } from '../request/errors.ts';

/** Documents of live doors, each parsed once and checked once a schema. */
export interface Documents {
  /** Throws GraphQLError GRAPHQL_PARSE_FAILED. */
  parse(query: string): DocumentNode;
  /** Throws GraphQLError GRAPHQL_VALIDATION_FAILED, the first of its faults. */
  check(schema: GraphQLSchema, document: DocumentNode): void;
}

const DOCUMENTS_KEPT = 1_000;
/** Characters of all documents kept: whoever sends many long ones may not fill the memory with them. */
const CHARACTERS_KEPT = 16 * 1024 * 1024;

/** Makes the documents; `rules` are checked beside GraphQL's own. */
export function createDocuments(rules: readonly ValidationRule[], maxTokens: number): Documents {
  const documents = new LRUCache<string, DocumentNode>({
    max: DOCUMENTS_KEPT,
    maxSize: CHARACTERS_KEPT,
    sizeCalculation: (_document, query) => query.length,
  });
  const valid = new WeakMap<GraphQLSchema, WeakSet<DocumentNode>>();
  return {
    parse(query) {
      const kept = documents.get(query);
      if (kept !== undefined) return kept;
      const document = parseDocument(query, maxTokens);
      documents.set(query, document);
      return document;
    },
    check(schema, document) {
      const known = valid.get(schema) ?? new WeakSet();
      valid.set(schema, known);
      if (known.has(document)) return;
      const fault = firstFault(schema, document, [...specifiedRules, ...rules]);
      if (fault !== undefined) throw asValidationFault(fault);
      known.add(document);
    },
  };
}

function parseDocument(query: string, maxTokens: number): DocumentNode {
  try {
    return parse(query, { maxTokens });
  } catch (error) {
    const message = error instanceof Error ? error.message : 'Not a GraphQL document.';
    throw gatewayError('GRAPHQL_PARSE_FAILED', message);
  }
}

/** graphql-js throws, in place of reporting, where a subscription's field depends on a variable. */
function firstFault(
  schema: GraphQLSchema,
  document: DocumentNode,
  rules: readonly ValidationRule[],
): GraphQLError | undefined {
  try {
    return validate(schema, document, rules)[0];
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function asValidationFault({ message, nodes, extensions }: GraphQLError): GraphQLError {
  return new GraphQLError(message, {
    ...(nodes !== undefined && { nodes }),
    extensions: { ...extensions, code: 'GRAPHQL_VALIDATION_FAILED' },
  });
}
