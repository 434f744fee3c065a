import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { freePort } from '../scripts/processes/ports.ts';
import type { Graph } from './contenders.ts';
import type { Parts } from './parts.ts';
import type { System } from './system.ts';

const SUBGRAPHS = ['accounts', 'inventory', 'products', 'reviews'];

/** The neutral graph, with its subgraphs at work. */
interface NeutralGraph extends Graph {
  /** Returns how many fetches the subgraphs have answered so far. */
  fetches(): Promise<number>;
}

/** Starts the neutral subgraphs and composes them. */
export async function startNeutralGraph(parts: Parts): Promise<NeutralGraph> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const fetches = async () => Number(await (await fetch(`${origin}/asked`)).text());
  await parts.start({
    name: 'neutral-subgraphs',
    args: ['bench/neutral/subgraphs.ts', String(port)],
    ready: async () => Number.isInteger(await fetches()),
  });
  const { supergraphSdl, errors } = composeServices(
    SUBGRAPHS.map((name) => ({
      name,
      url: `${origin}/${name}`,
      typeDefs: parse(readFileSync(new URL(`neutral/${name}.graphql`, import.meta.url), 'utf8')),
    })),
  );
  if (supergraphSdl === undefined) throw new Error(errors?.join('\n'));
  const supergraph = join(parts.folder, 'neutral.graphql');
  writeFileSync(supergraph, supergraphSdl);
  return { name: 'neutral', supergraph, forwardToken: false, fetches };
}

/**
 * Our own supergraph as every contender can load it: with the addresses of this run, and without `for: SECURITY`, which
 * ApolloGateway refuses (the services enforce scopes, whichever gateway asks).
 */
export function ownGraph(parts: Parts, { subgraphUrls }: System): Graph {
  const composed = readFileSync('schema/supergraph.graphql', 'utf8');
  const sdl = composed
    .replace(/(@link\([^)]*?),\s*for:\s*SECURITY(?=\s*[,)])/g, '$1')
    .replace(/@join__graph\(name: "(\w+)", url: "[^"]*"\)/g, (line, name: string) => {
      const url = subgraphUrls[name];
      return url === undefined ? line : `@join__graph(name: "${name}", url: "${url}")`;
    });
  const supergraph = join(parts.folder, 'own.graphql');
  writeFileSync(supergraph, sdl);
  return { name: 'own', supergraph, forwardToken: true };
}
