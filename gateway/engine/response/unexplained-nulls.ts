import type { RunError } from '../execution/run.ts';
import type { ResponsePath } from '../execution/walk.ts';
import { EACH } from '../planning/query-plan.ts';

/**
 * Adds an error for a null where there must be none, unless one that is there already explains it: GraphQL reports each
 * fault once.
 */
export function explainNull(errors: RunError[], message: string, path: ResponsePath): void {
  if (errors.some(({ explains }) => explains.some((place) => isOneInside(place, path)))) return;
  const place = [...path];
  errors.push({ message, path: place, extensions: {}, explains: [place] });
}

/** Whether one of two places is in the other. */
function isOneInside(place: ResponsePath, path: ResponsePath): boolean {
  const shared = Math.min(place.length, path.length);
  for (let index = 0; index < shared; index += 1) {
    const key = place[index];
    const matches = key === path[index] || (key === EACH && typeof path[index] === 'number');
    if (!matches) return false;
  }
  return true;
}
