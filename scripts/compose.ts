import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { parse, printSchema } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { ROOT } from './paths.ts';
import { runMain, SetupError } from './terminal.ts';

interface Composition {
  /** What a gateway loads. */
  supergraph: string;
  /** What a client sees: without the joins, and without what is inaccessible. */
  api: string;
  /** What composes, but probably not as meant. */
  warnings: string[];
}

const OUTPUTS = { supergraph: 'schema/supergraph.graphql', api: 'schema/api.graphql' } as const;
/** Composition's levels of hints, worst first: WARN is 60. */
const WARN_LEVEL = 60;

const RoverConfig = z.object({
  federation_version: z.string(),
  subgraphs: z.record(
    z.string(),
    z.object({ routing_url: z.string(), schema: z.object({ file: z.string() }) }),
  ),
});

/**
 * Composes the subgraphs that rover.yaml names, as `rover supergraph compose --config rover.yaml` would.
 *
 * @throws SetupError with all that keeps them from composing.
 */
export function compose(): Composition {
  const { subgraphs } = RoverConfig.parse(parseYaml(readFileSync(join(ROOT, 'rover.yaml'), 'utf8')));
  const services = Object.entries(subgraphs).map(([name, { routing_url, schema }]) => ({
    name,
    url: routing_url,
    typeDefs: parse(readFileSync(join(ROOT, schema.file), 'utf8')),
  }));
  const { errors, supergraphSdl, hints } = composeServices(services);
  if (errors)
    throw new SetupError(
      `The subgraphs do not compose:\n${errors.map(({ message }) => `  ${message}`).join('\n')}`,
    );
  const supergraph = Supergraph.build(supergraphSdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  });
  return {
    supergraph: `${supergraphSdl.trim()}\n`,
    api: `${printSchema(supergraph.apiSchema().toGraphQLJSSchema())}\n`,
    warnings: hints
      .filter(({ definition }) => definition.level.value >= WARN_LEVEL)
      .map(({ definition, message }) => `${definition.code}: ${message}`),
  };
}

/**
 * Makes sure that the composed files are what composes.
 *
 * @throws SetupError that names those which are not.
 */
export function assertComposed({ supergraph, api }: Composition): void {
  const composed = { supergraph, api };
  const stale = (Object.keys(OUTPUTS) as (keyof typeof OUTPUTS)[])
    .filter((output) => readIfThere(OUTPUTS[output]) !== composed[output])
    .map((output) => OUTPUTS[output]);
  if (stale.length > 0)
    throw new SetupError(`${stale.join(' and ')} is not what composes: run "npm run compose".`);
}

/** Writes the composed files where they differ. */
export function writeComposed(composition: Composition): void {
  for (const output of ['supergraph', 'api'] as const) {
    if (readIfThere(OUTPUTS[output]) !== composition[output])
      writeFileSync(join(ROOT, OUTPUTS[output]), composition[output]);
  }
}

function readIfThere(file: string): string | undefined {
  const path = join(ROOT, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

if (import.meta.main) {
  await runMain(async () => {
    const composition = compose();
    for (const warning of composition.warnings) console.warn(`Warning: ${warning}`);
    if (process.argv.includes('--check')) return assertComposed(composition);
    writeComposed(composition);
    console.log(`${OUTPUTS.supergraph} and ${OUTPUTS.api} are what composes.`);
  });
}
