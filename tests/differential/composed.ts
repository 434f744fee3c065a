import { readdirSync, readFileSync } from 'node:fs';
import { composeServices } from '@apollo/composition';
import { Supergraph } from '@apollo/federation-internals';
import { buildSchema, type DocumentNode, type GraphQLSchema, parse, printSchema } from 'graphql';

/** A subgraph's schema. */
export interface SubgraphSource {
  name: string;
  typeDefs: DocumentNode;
}

/** The subgraphs of a fixture's folder. */
export function readSubgraphs(fixture: string): SubgraphSource[] {
  const folder = new URL(`supergraphs/${fixture}/`, import.meta.url);
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => ({
      name: file.replace('.graphql', ''),
      typeDefs: parse(readFileSync(new URL(file, folder), 'utf8')),
    }));
}

/** Composes subgraphs at these URLs. */
export function composeSupergraph(
  subgraphs: readonly SubgraphSource[],
  urls: Readonly<Record<string, string>>,
): string {
  const { supergraphSdl, errors } = composeServices(
    subgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: urls[name] ?? '' })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** What clients see of a supergraph. */
export function apiSchemaOf(supergraphSdl: string): GraphQLSchema {
  const api = Supergraph.build(supergraphSdl, { validateSupergraph: false }).apiSchema();
  return buildSchema(printSchema(api.toGraphQLJSSchema()));
}
