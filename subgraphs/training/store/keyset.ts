import type { PageWindow } from '#platform/service/paging.ts';

/** The part of a page's statement that goes by its window. */
export interface KeysetPart {
  /** Goes into WHERE. */
  condition: string;
  /** ASC or DESC, for both sort columns. */
  order: string;
  /** For the parameters $first to $first + 2: the limit, then the keys. */
  values: unknown[];
}

/**
 * Pages a list that is sorted by a column and then by an id.
 *
 * @param columns - The column, its PostgreSQL type, and that of the id.
 * @param list - How the list stands when it is read forwards.
 */
export function keysetOf<Keys extends readonly [number | string, string]>(
  window: PageWindow<Keys>,
  columns: { sort: string; type: 'timestamptz' | 'text'; id: string },
  list: 'ASC' | 'DESC',
  first: number,
): KeysetPart {
  const order = (window.direction === 'forwards') === (list === 'ASC') ? 'ASC' : 'DESC';
  const [key, id] = window.from ?? [null, null];
  const beyond = order === 'ASC' ? '>' : '<';
  const given = `$${first + 1}::${columns.type}`;
  return {
    order,
    condition: `(${given} IS NULL OR (${columns.sort}, ${columns.id}) ${beyond} (${given}, $${first + 2}::uuid))`,
    values: [window.limit, typeof key === 'number' ? new Date(key) : key, id],
  };
}
