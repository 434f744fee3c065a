import type { Fulfils } from '../document/type-conditions.ts';
import type { Rewrite } from '../planning/query-plan.ts';
import { isObject, type JsonValue } from '../transport/json.ts';

/** Changes a value in place, as the planner says. */
export function applyRewrites(value: JsonValue, rewrites: readonly Rewrite[], fulfils: Fulfils): void {
  for (const rewrite of rewrites) applyAt(value, rewrite, 0, fulfils);
}

function applyAt(value: JsonValue, rewrite: Rewrite, index: number, fulfils: Fulfils): void {
  if (Array.isArray(value)) {
    for (const item of value) applyAt(item, rewrite, index, fulfils);
    return;
  }
  const step = rewrite.path[index];
  if (!isObject(value) || step === undefined) return;
  if ('types' in step) {
    const typename = value['__typename'];
    const applies =
      typeof typename !== 'string' || step.types.some((condition) => fulfils(typename, condition));
    if (applies) applyAt(value, rewrite, index + 1, fulfils);
  } else if (index < rewrite.path.length - 1) applyAt(value[step.field], rewrite, index + 1, fulfils);
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
