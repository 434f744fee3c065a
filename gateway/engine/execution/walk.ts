import { type GraphQLSchema, isAbstractType, isInterfaceType, isObjectType } from 'graphql';
import { EACH, type Path, type PathStep, type Rewrite } from '../planning/query-plan.ts';
import { isObject, type JsonObject, type JsonValue } from '../transport/json.ts';

/** Whether a type condition holds of objects with this type name. Of unknown types only their own does. */
export type TypeConditionTest = (typename: string, condition: string) => boolean;

/** Makes the test for one supergraph, with its inaccessible types and its interface objects; answers are kept. */
export function createTypeConditionTest(schema: GraphQLSchema): TypeConditionTest {
  const fulfilling = new Map<string, ReadonlySet<string>>();

  function namesOf(condition: string): ReadonlySet<string> {
    let names = fulfilling.get(condition);
    if (names === undefined) {
      names = new Set([condition, ...subtypes(schema, condition)]);
      fulfilling.set(condition, names);
    }
    return names;
  }

  return (typename, condition) => typename === condition || namesOf(condition).has(typename);
}

function subtypes(schema: GraphQLSchema, condition: string): string[] {
  const type = schema.getType(condition);
  if (!isAbstractType(type)) return [];
  return Object.values(schema.getTypeMap()).flatMap((each) =>
    (isObjectType(each) || isInterfaceType(each)) && schema.isSubType(type, each) ? [each.name] : [],
  );
}

/** Where something stands in the client's data. */
export type ResponsePath = readonly (string | number)[];

/**
 * Visits the objects at a path, in the order of the data; lists are gone into wherever they stand, since planners name some
 * of them and leave others to whoever walks. `trail`, where it is given, holds the place of the visited
 * object during the visit: finding places costs, and only errors need them.
 */
export function walk(
  data: JsonObject,
  path: Path,
  typeApplies: TypeConditionTest,
  visit: (object: JsonObject) => void,
  trail?: (string | number)[],
): void {
  const steps = path.filter((each) => each !== EACH);
  step(data, 0);

  function step(value: JsonValue, index: number): void {
    if (value === null || value === undefined) return;
    const next = steps[index];
    if (Array.isArray(value)) {
      for (let item = 0; item < value.length; item += 1) into(item, value[item], index);
    } else if (isObject(value)) {
      if (next === undefined) visit(value);
      else if ('field' in next) into(next.field, value[next.field], index + 1);
      else if (next.types.some((type) => typeApplies(String(value['__typename']), type)))
        step(value, index + 1);
    }
  }

  function into(key: string | number, value: JsonValue, index: number): void {
    trail?.push(key);
    step(value, index);
    trail?.pop();
  }
}

/** Visits the objects at a path, without their places. */
export type Walk = (data: JsonObject, visit: (object: JsonObject) => void) => void;

/** Compiles the walk along a path: that of `walk`, for places that every request visits. */
export function compileWalk(path: Path, typeApplies: TypeConditionTest): Walk {
  return path
    .filter((each) => each !== EACH)
    .reduceRight<WalkOn>((next, step) => walkStep(step, next, typeApplies), visitAll);
}

type WalkOn = (value: JsonValue, visit: (object: JsonObject) => void) => void;

function visitAll(value: JsonValue, visit: (object: JsonObject) => void): void {
  if (Array.isArray(value)) for (const item of value) visitAll(item, visit);
  else if (isObject(value)) visit(value);
}

function walkStep(
  step: Exclude<PathStep, typeof EACH>,
  next: WalkOn,
  typeApplies: TypeConditionTest,
): WalkOn {
  const into: WalkOn = (value, visit) => {
    if (Array.isArray(value)) for (const item of value) into(item, visit);
    else if (!isObject(value)) return;
    else if ('field' in step) next(value[step.field], visit);
    else if (step.types.some((type) => typeApplies(String(value['__typename']), type))) next(value, visit);
  };
  return into;
}

/** A path without what only its walk knows: lists are EACH. */
export function patternOf(path: Path): string[] {
  return path.flatMap((each) => (each === EACH ? [EACH] : 'field' in each ? [each.field] : []));
}

/** Changes a value in place, as the planner says. */
export function applyRewrites(
  value: JsonValue,
  rewrites: readonly Rewrite[],
  typeApplies: TypeConditionTest,
): void {
  for (const rewrite of rewrites) applyAt(value, rewrite, 0, typeApplies);
}

function applyAt(value: JsonValue, rewrite: Rewrite, index: number, typeApplies: TypeConditionTest): void {
  if (Array.isArray(value)) {
    for (const item of value) applyAt(item, rewrite, index, typeApplies);
    return;
  }
  const step = rewrite.path[index];
  if (!isObject(value) || step === undefined) return;
  if ('types' in step) {
    const typename = value['__typename'];
    const applies =
      typeof typename !== 'string' || step.types.some((condition) => typeApplies(typename, condition));
    if (applies) applyAt(value, rewrite, index + 1, typeApplies);
  } else if (index < rewrite.path.length - 1) applyAt(value[step.field], rewrite, index + 1, typeApplies);
  else if ('setTo' in rewrite.change) value[step.field] = rewrite.change.setTo as JsonValue;
  else if (value[step.field] !== undefined) {
    value[rewrite.change.renameTo] = value[step.field];
    delete value[step.field];
  }
}

/** The path of an error as it is after the rewrites. */
export function rewritePath(
  path: readonly (string | number)[],
  rewrites: readonly Rewrite[],
): readonly (string | number)[] {
  const renamed = new Map<string | number, string>();
  for (const { path: steps, change } of rewrites) {
    const last = steps.at(-1);
    if (last !== undefined && 'field' in last && 'renameTo' in change)
      renamed.set(last.field, change.renameTo);
  }
  return renamed.size === 0 ? path : path.map((key) => renamed.get(key) ?? key);
}
