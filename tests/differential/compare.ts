import { isDeepStrictEqual } from 'node:util';

type Path = readonly (string | number)[];

/** What a client gets, as far as it is compared. */
export interface Answer {
  data: Record<string, unknown> | null;
  errors: { message: string; path: Path }[];
}

/** What the oracle says. */
export interface ExpectedAnswer extends Answer {
  /** Places of all errors that there are, as JSON: also of those that need not be told, for another one hides them. Null for any. */
  possible: ReadonlySet<string> | null;
}

/** How two answers differ; undefined where they do not. */
export function differenceOf(expected: ExpectedAnswer, got: Answer): string | undefined {
  if (!isDeepStrictEqual(got.data, expected.data)) return 'the data differ';
  const wanted = errorPlaces(expected);
  const found = errorPlaces(got);
  const lacking = [...wanted].filter((place) => !found.has(place));
  const surplus = [...found].filter((place) => !wanted.has(place));
  if (lacking.length > 0) return `no error at ${lacking.join(' and ')}`;
  if (surplus.length > 0) return `an error at ${surplus.join(' and ')}`;
  const strays = got.errors
    .map(({ path }) => JSON.stringify(path))
    .filter((path) => expected.possible?.has(path) === false);
  return strays.length > 0 ? `an error at ${strays.join(' and ')}, where nothing failed` : undefined;
}

/**
 * Where errors are felt: the null that each led to. Below a null that has climbed, the GraphQL specification ("Handling
 * Field Errors") leaves open which of several errors are told, and asks for one: it must be one of those that there are.
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
