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
  /** In the order of the walk; an entity that several places share may come several times. */
  entities: JsonObject[];
  /** Of each entity, the index of its representation. */
  indices: number[];
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
      const known = new Map<string, number>();
      const representations: string[] = [];
      const entities: JsonObject[] = [];
      const indices: number[] = [];
      const add = (entity: JsonObject) => {
        const representation = represent(entity);
        if (representation === null) return;
        let index = known.get(representation);
        if (index === undefined) {
          index = representations.push(representation) - 1;
          known.set(representation, index);
        }
        entities.push(entity);
        indices.push(index);
      };
      for (const path of paths) walk(run.data, path, fulfils, add);
      return { representations, entities, indices };
    },

    merge(data, { entities, indices }) {
      const received = data[responseName];
      if (!Array.isArray(received)) return;
      if (outputRewrites.length > 0) applyRewrites(received, outputRewrites, fulfils);
      // At one place of the plan, the same is done to all that share an entity; at two, each needs its own.
      const taking = paths.length === 1 ? 'shared' : 'copied';
      for (let at = 0; at < entities.length; at += 1) {
        const entity = entities[at];
        const found = received[indices[at] ?? -1];
        if (entity !== undefined && isObject(found)) mergeInto(entity, found, taking);
      }
    },

    places(run, { entities, indices }, representation) {
      const wanted = new Set(entities.filter((_, at) => indices[at] === representation));
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
