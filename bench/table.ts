/** A table under a heading, as Markdown; its first column is a name. */
export function section(
  title: string,
  columns: readonly string[],
  rows: readonly (string | number)[][],
): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, index) => (index === 0 ? '---' : '---:'));
  return [`### ${title}`, '', line(columns), line(rule), ...rows.map(line)].join('\n');
}

/** A figure, or a dash where there is none. */
export function fixed(value: number | undefined, digits: number): string {
  return value === undefined ? '–' : value.toFixed(digits);
}
