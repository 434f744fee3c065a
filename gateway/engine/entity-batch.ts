import { isObject, type JsonObject, mergeInto } from './json.ts';
import type { EntityBatch } from './plan.ts';
import { compileRepresentation } from './representation.ts';
import { applyRewrites, rewritePath } from './rewrites.ts';
import type { Run } from './run.ts';
import type { Fulfils } from './type-conditions.ts';
import { type ResponsePath, walk } from './walk.ts';

/** The entities of one batch in one run. */
export interface Collected {
  /** JSON, each once. */
  representations: string[];
  /** In the order of the walk: an entity, and the index of its representation. */
  targets: { entity: JsonObject; representation: number }[];
}

/** One `_entities` field of a fetch, compiled. */
export interface CompiledBatch {
  collect(run: Run): Collected;
  merge(data: JsonObject, collected: Collected): void;
  /** Places of the entities of one representation. */
  places(run: Run, collected: Collected, representation: number): ResponsePath[];
  /** The path of an error inside of an entity, as the client knows it. */
  rewrittenPath(path: ResponsePath): ResponsePath;
}

/** Compiles a batch of entities. */
export function compileEntityBatch(batch: EntityBatch, fulfils: Fulfils): CompiledBatch {
  const { responseName, paths, requires, inputRewrites, outputRewrites } = batch;
  const represent = compileRepresentation(requires, inputRewrites, fulfils);

  return {
    collect(run) {
      const indices = new Map<string, number>();
      const collected: Collected = { representations: [], targets: [] };
      const add = (entity: JsonObject) => {
        const representation = represent(entity);
        if (representation === null) return;
        let index = indices.get(representation);
        if (index === undefined) {
          index = collected.representations.push(representation) - 1;
          indices.set(representation, index);
        }
        collected.targets.push({ entity, representation: index });
      };
      for (const path of paths) walk(run.data, path, fulfils, add);
      return collected;
    },

    merge(data, { targets }) {
      const received = data[responseName];
      if (!Array.isArray(received)) return;
      if (outputRewrites.length > 0) applyRewrites(received, outputRewrites, fulfils);
      // At one place of the plan, the same is done to all that share an entity; at two, each needs its own.
      const mayShare = paths.length === 1;
      for (const { entity, representation } of targets) {
        const found = received[representation];
        if (isObject(found)) mergeInto(entity, mayShare ? found : structuredClone(found));
      }
    },

    places(run, { targets }, representation) {
      const wanted = new Set<JsonObject>();
      for (const each of targets) if (each.representation === representation) wanted.add(each.entity);
      const places: ResponsePath[] = [];
      const trail: (string | number)[] = [];
      const add = (entity: JsonObject) => {
        if (wanted.has(entity)) places.push([...trail]);
      };
      for (const path of paths) walk(run.data, path, fulfils, add, trail);
      return places;
    },

    rewrittenPath: (path) => rewritePath(path, outputRewrites),
  };
}
