import { type Schema, Supergraph } from '@apollo/federation-internals';
import type { GraphQLSchema } from 'graphql';

/** A supergraph, read once for all who need a part of it. */
export interface LoadedSupergraph {
  /** As ApolloGateway takes it. */
  sdl: string;
  supergraph: Supergraph;
  /** The schema that clients see, for the query planner. */
  apiSchema: Schema;
  /** The schema that clients see. */
  schema: GraphQLSchema;
  /** With the joins, as the executor wants it. */
  supergraphSchema: GraphQLSchema;
  subgraphs: readonly SubgraphEndpoint[];
}

export interface SubgraphEndpoint {
  name: string;
  /** Routing URL, as composed. */
  url: string;
}

/** Reads a supergraph. Throws, saying why, where it is not one that can be served. */
export function loadSupergraph(composed: string): LoadedSupergraph {
  const sdl = withoutSecurityPurpose(composed);
  const supergraph = Supergraph.build(sdl, { validateSupergraph: true });
  const apiSchema = supergraph.apiSchema();
  return {
    sdl,
    supergraph,
    apiSchema,
    schema: apiSchema.toGraphQLJSSchema(),
    supergraphSchema: supergraph.schema.toGraphQLJSSchema(),
    subgraphs: supergraph.subgraphsMetadata(),
  };
}

/** Whether a subgraph is virtual: the gateway answers it itself (docs/LIVE-PROTOCOL.md). */
export function isLive({ url }: SubgraphEndpoint): boolean {
  return url.startsWith('live:');
}

/**
 * ApolloGateway refuses features that are linked `for: SECURITY`, because it does not enforce them. The compiled engine
 * does, and the services do whichever door a call comes through; the directives themselves stay.
 */
function withoutSecurityPurpose(sdl: string): string {
  return sdl.replace(/(@link\([^)]*?),\s*for:\s*SECURITY(?=\s*[,)])/g, '$1');
}
