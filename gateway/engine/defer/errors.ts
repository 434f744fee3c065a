import { Kind, type SelectionSetNode } from 'graphql';
import type { Fragments } from '../document/fragments.ts';
import type { RunError } from '../execution/run.ts';
import type { ResponsePath } from '../execution/walk.ts';
import type { DeferredFragment } from './fragments.ts';
import type { DeliveredObject } from './places.ts';

/** Parts that were begun because of what another one delivered. */
export interface WithPlaces {
  fragment: DeferredFragment;
  places: readonly { object: DeliveredObject }[];
}

/**
 * Whether an error belongs to a part that comes later: it is about a field that only that part selects, though its fetch was
 * another's.
 */
export function belongsTo(
  { fragment, places }: WithPlaces,
  { path }: RunError,
  fragments: Fragments,
): boolean {
  if (path === undefined) return false;
  return places.some(({ object }) => {
    const inside = insideOf(path, object.path);
    return inside !== null && selectsDeep(fragment, inside, fragments);
  });
}

/** Answers what follows in a path after a place; null where it is elsewhere. */
export function insideOf(path: ResponsePath, place: ResponsePath): ResponsePath | null {
  return place.every((key, index) => path[index] === key) ? path.slice(place.length) : null;
}

/** Whether a selection set holds the field of a response path. */
export function selects(set: SelectionSetNode, path: ResponsePath, fragments: Fragments): boolean {
  const names = path.filter((key) => typeof key === 'string');
  return selectsNames(set, names, fragments);
}

function selectsDeep(fragment: DeferredFragment, path: ResponsePath, fragments: Fragments): boolean {
  if (selects(fragment.selectionSet, path, fragments)) return true;
  return fragment.inner.some((inner) => {
    const names = path.filter((key) => typeof key === 'string');
    const fields = inner.steps.flatMap((step) => ('field' in step ? [step.field] : []));
    const isInside = fields.every((field, index) => names[index] === field);
    return isInside && selectsDeep(inner, names.slice(fields.length), fragments);
  });
}

function selectsNames(
  { selections }: SelectionSetNode,
  names: readonly string[],
  fragments: Fragments,
): boolean {
  const [name, ...rest] = names;
  if (name === undefined) return true;
  return selections.some((selection) => {
    if (selection.kind === Kind.FIELD) {
      if ((selection.alias ?? selection.name).value !== name) return false;
      return selection.selectionSet
        ? selectsNames(selection.selectionSet, rest, fragments)
        : rest.length === 0;
    }
    const set =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments.get(selection.name.value)?.selectionSet;
    return set !== undefined && selectsNames(set, names, fragments);
  });
}
