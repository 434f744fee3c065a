import type { EntityBatch, Rewrite } from '../planning/query-plan.ts';
import { isObject, type JsonObject, type JsonValue, mergeInto } from '../transport/json.ts';
import type { CompileOptions } from './compile-options.ts';
import type { Represent } from './representation.ts';
import type { Run } from './run.ts';
import { applyRewrites, compileWalk, type ResponsePath, rewritePath, walk } from './walk.ts';

/** The entities of one batch in one run. */
export interface Collected {
  /** JSON, each once. */
  representations: string[];
  /** In the order of the walk; an entity that several places share may come several times. */
  entities: JsonObject[];
  /** The index of each entity's representation. */
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
export function compileEntityBatch(
  { responseName, paths, requires, inputRewrites, outputRewrites }: EntityBatch,
  { typeApplies, representations }: Pick<CompileOptions, 'typeApplies' | 'representations'>,
): CompiledBatch {
  const { represent, distinguishing } = representations.of(requires, inputRewrites);
  const interfaceNames = namesGiven(inputRewrites);
  const walks = paths.map((path) => compileWalk(path, typeApplies));

  /** A subgraph that knows an entity as an interface object alone answers less of its type than is known. */
  const keepKnownType = ({ __typename: known }: JsonObject, found: JsonObject): void => {
    const { __typename: answered } = found;
    if (answered === undefined || answered === known || typeof known !== 'string') return;
    if (typeApplies(known, String(answered))) found['__typename'] = known;
  };

  return {
    collect(run) {
      const index = createRepresentationIndex(represent, distinguishing);
      const entities: JsonObject[] = [];
      const indices: number[] = [];
      const add = (entity: JsonObject) => {
        const representation = index.of(entity);
        if (representation === -1) return;
        entities.push(entity);
        indices.push(representation);
      };
      for (const visit of walks) visit(run.data, add);
      return { representations: index.texts, entities, indices };
    },

    merge(data, { entities, indices }) {
      const received = data[responseName];
      if (!Array.isArray(received)) return;
      if (outputRewrites.length > 0) applyRewrites(received, outputRewrites, typeApplies);
      if (interfaceNames.size > 0) forgetNames(received, interfaceNames);
      // At one place of the plan, the same is done to all that share an entity; at two, each needs its own.
      const taking = paths.length === 1 ? 'shared' : 'copied';
      const keys = received.map((found) => (isObject(found) ? Object.keys(found) : NONE));
      for (let at = 0; at < entities.length; at += 1) {
        const entity = entities[at];
        const index = indices[at] ?? -1;
        const found = received[index];
        if (entity === undefined || !isObject(found)) continue;
        keepKnownType(entity, found);
        mergeInto(entity, found, taking, keys[index]);
      }
    },

    places(run, { entities, indices }, representation) {
      const wanted = new Set(entities.filter((_, at) => indices[at] === representation));
      const places: ResponsePath[] = [];
      const trail: (string | number)[] = [];
      const add = (entity: JsonObject) => {
        if (wanted.has(entity)) places.push([...trail]);
      };
      for (const path of paths) walk(run.data, path, typeApplies, add, trail);
      return places;
    },

    rewrittenPath: (path) => rewritePath(path, outputRewrites),
  };
}

const NONE: readonly string[] = [];
const NO_NAMES: ReadonlySet<JsonValue> = new Set();

/** Interfaces under whose names a subgraph knows the entities that it is asked for. */
function namesGiven(rewrites: readonly Rewrite[]): ReadonlySet<JsonValue> {
  if (rewrites.length === 0) return NO_NAMES;
  const names = new Set<JsonValue>();
  for (const { path, change } of rewrites) {
    const last = path.at(-1);
    if (last && 'field' in last && last.field === '__typename' && 'setTo' in change)
      names.add(change.setTo as JsonValue);
  }
  return names;
}

/** Where it is an `@interfaceObject`, a subgraph answers the interface's name for the type, and the entity's is known. */
function forgetNames(received: readonly JsonValue[], names: ReadonlySet<JsonValue>): void {
  for (const found of received)
    if (isObject(found) && names.has(found['__typename'])) delete found['__typename'];
}

/** The representations of one batch in one run, each once. */
interface RepresentationIndex {
  /** JSON. */
  texts: string[];
  /** The index of an entity's representation; -1 where it has none. */
  of(entity: JsonObject): number;
}

/**
 * Makes the index of a batch. Most entities stand in many places: where leaves tell them apart, those are looked up, and
 * the text is written for the first alone.
 *
 * @param fields those that tell entities apart; null where only the text does
 */
function createRepresentationIndex(
  represent: Represent,
  fields: readonly string[] | null,
): RepresentationIndex {
  const texts: string[] = [];
  const indices = new Map<string, number>();
  const branches: Branch = new Map();

  function indexOf(entity: JsonObject): number {
    const text = represent(entity);
    if (text === null) return -1;
    let index = indices.get(text);
    if (index === undefined) {
      index = texts.push(text) - 1;
      indices.set(text, index);
    }
    return index;
  }

  function lookUp(entity: JsonObject, names: readonly string[]): number {
    let branch = branches;
    let value: JsonValue;
    const last = names.length - 1;
    for (let at = 0; at <= last; at += 1) {
      value = entity[names[at] as string];
      if (value === undefined || (typeof value === 'object' && value !== null)) return indexOf(entity);
      if (at === last) break;
      let next = branch.get(value);
      if (typeof next !== 'object') {
        next = new Map();
        branch.set(value, next);
      }
      branch = next;
    }
    const known = branch.get(value);
    if (typeof known === 'number') return known;
    const index = indexOf(entity);
    branch.set(value, index);
    return index;
  }

  return { texts, of: fields === null ? indexOf : (entity) => lookUp(entity, fields) };
}

/** By the value of one field: what is known of the next field, or the index. */
type Branch = Map<JsonValue, Branch | number>;
