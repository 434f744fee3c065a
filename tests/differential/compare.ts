import { isDeepStrictEqual } from 'node:util';

type Path = readonly (string | number)[];

/** What a client gets, as far as it is compared. */
export interface Answer {
  data: Record<string, unknown> | null;
  errors: { message: string; path: Path }[];
}

/** How two answers differ; undefined where they do not. */
export function differenceOf(expected: Answer, got: Answer): string | undefined {
  if (!isDeepStrictEqual(got.data, expected.data)) return 'the data differ';
  const wanted = errorPlaces(expected);
  const found = errorPlaces(got);
  const lacking = [...wanted].filter((place) => !found.has(place));
  const surplus = [...found].filter((place) => !wanted.has(place));
  if (lacking.length > 0) return `no error at ${lacking.join(' and ')}`;
  return surplus.length > 0 ? `an error at ${surplus.join(' and ')}` : undefined;
}

/**
 * Where errors are felt: the null that each led to. Below a null that has climbed, the GraphQL specification ("Handling
 * Field Errors") leaves open which of several errors are told, and asks for one.
 */
export function errorPlaces({ data, errors }: Answer): Set<string> {
  return new Set(errors.map(({ path }) => JSON.stringify(nullOn(data, path))));
}

function nullOn(data: unknown, path: Path): Path {
  let at = data;
  for (const [depth, step] of path.entries()) {
    if (at === null || at === undefined) return path.slice(0, depth);
    at = (at as Record<string | number, unknown>)[step];
  }
  return path;
}
