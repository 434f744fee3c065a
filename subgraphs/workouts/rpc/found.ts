import { notFound } from '#platform/errors.ts';

/** What a read by id has found. */
export function found<Row>([row]: readonly Row[], what: string): Row {
  if (row === undefined) throw notFound(what);
  return row;
}
