import { hash } from 'node:crypto';
import { type DocumentNode, type GraphQLSchema, type OperationDefinitionNode, print, visit } from 'graphql';
import { refusalOf } from '../authorization/authorization.ts';
import { operationOf } from '../document/fragments.ts';
import type { LoadedSupergraph } from '../supergraph/supergraph.ts';
import type { JsonObject } from '../transport/json.ts';
import type { CacheControl } from './cache-control.ts';
import { tagsOf, withEntityKeys } from './entity-tags.ts';
import { type InvalidatedEntities, readInvalidatedEntities } from './invalidated-entities.ts';

/** Holds what the operations of one supergraph need, to say what a cache of answers has to know. */
export interface EngineCaching {
  cacheControl: CacheControl;
  entities: InvalidatedEntities;
  /** Answers of another supergraph are others. */
  supergraphHash: string;
}

/** An operation whose answers may be kept. */
export interface AnswerPolicy {
  /** Names document and supergraph. */
  key: string;
  /** Seconds. */
  maxAge: number;
  /** Names of the variables on which the answer depends. */
  variables: readonly string[];
}

/** The entities in data; null where nobody knows when it would be another. */
export type TagsOf = (data: JsonObject) => readonly string[] | null;

export interface CompiledCaching {
  /** Null for a mutation: nothing is kept, and what it answers is what it changed. */
  policy: AnswerPolicy | null;
  /** The document that is planned, so that answers say which entities they hold. */
  keyed: DocumentNode;
  tagsOf: TagsOf;
}

/** Reads what a supergraph says of caching. */
export function createEngineCaching(
  { sdl, supergraphSchema }: LoadedSupergraph,
  cacheControl: CacheControl,
): EngineCaching {
  const entities = readInvalidatedEntities(supergraphSchema);
  return { cacheControl, entities, supergraphHash: hash('sha256', sdl) };
}

/** Null for an operation that no cache cares about: it runs as if there were none. */
export function compileCaching(
  document: DocumentNode,
  planned: DocumentNode,
  schema: GraphQLSchema,
  { cacheControl, entities, supergraphHash }: EngineCaching,
): CompiledCaching | null {
  const operation = operationOf(document);
  const { maxAgeSeconds, scope } = cacheControl.policyOf(document);
  const isPublic = maxAgeSeconds > 0 && scope === 'PUBLIC' && !isPartlyRefused(document);
  if (!isPublic && operation.operation !== 'mutation') return null;
  const keyed = withEntityKeys(planned, schema, entities);
  if (!isPublic) return { policy: null, keyed, tagsOf: (data) => tagsOf(data, entities) };
  return {
    policy: policyOf(document, operation, maxAgeSeconds, supergraphHash),
    keyed,
    tagsOf: (data) => (isWhole(data) ? tagsOf(data, entities) : null),
  };
}

/** An answer is for nobody else where its viewer may not read all of it. */
function isPartlyRefused(document: DocumentNode): boolean {
  let isRefused = false;
  visit(document, {
    Field(node) {
      if (refusalOf(node) !== undefined) isRefused = true;
    },
  });
  return isRefused;
}

function policyOf(
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
  maxAge: number,
  supergraphHash: string,
): AnswerPolicy {
  return {
    key: hash('sha256', `${supergraphHash}\n${print(document)}`),
    maxAge,
    variables: variableDefinitions.map(({ variable }) => variable.name.value),
  };
}

/** No event says when something that was not there comes to be: nobody would know what to forget. */
function isWhole(data: JsonObject): boolean {
  return Object.values(data).every((value) => value !== null && value !== undefined);
}
