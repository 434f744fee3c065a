import type { Description, Types } from './describe.ts';
import type { DeclaredStatement } from './find.ts';

/** A statement with what PostgreSQL says of it. */
export interface DescribedStatement extends DeclaredStatement {
  description: Description;
}

/**
 * A module that compiles where the declared types are as described: two lines a statement, the row's and the values'.
 *
 * @param file - The module that declares the statements.
 * @param fromHere - How the module is imported: paths of it and of the comparing types.
 */
export function renderComparison(
  statements: readonly DescribedStatement[],
  types: Types,
  fromHere: { declaring: string; comparing: string },
): string {
  const lines = statements.flatMap(({ path, description: { columns, parameters } }) => {
    const declared = `typeof declared${path.map((name) => (name === path[0] ? `.${name}` : `['${name}']`)).join('')}`;
    const described = columns.map(
      ({ name, type, nullable }) =>
        `${JSON.stringify(name)}: Column<${rowType(type, types)}, '${type}', ${nullable}>`,
    );
    const taken = parameters.map((type) => valueType(type, types));
    const label = path.join('_');
    return [
      `export type ${label}_row = Sound<RowFault<${declared}, { ${described.join('; ')} }>>;`,
      `export type ${label}_values = Sound<ValuesFault<${declared}, [${taken.join(', ')}]>>;`,
    ];
  });
  return [
    `import type { Column, RowFault, Sound, ValuesFault } from '${fromHere.comparing}';`,
    `import type * as declared from '${fromHere.declaring}';`,
    ...lines,
    '',
  ].join('\n');
}

/** What node-postgres makes of a column, with the parsers of platform/db/database.ts. */
function rowType(type: string, types: Types): string {
  const labels = types.labels.get(type);
  if (labels) return labels.map((label) => `'${label}'`).join(' | ');
  if (type.startsWith('_') && ROW_TYPES[type.slice(1)])
    return `readonly (${ROW_TYPES[type.slice(1)]} | null)[]`;
  return ROW_TYPES[type] ?? 'string';
}

const ROW_TYPES: Record<string, string> = {
  ...Object.fromEntries(['uuid', 'text', 'varchar', 'name', 'numeric'].map((type) => [type, 'string'])),
  ...Object.fromEntries(['int2', 'int4', 'int8', 'float4', 'float8', 'oid'].map((type) => [type, 'number'])),
  ...Object.fromEntries(['timestamptz', 'timestamp', 'date'].map((type) => [type, 'Date'])),
  ...Object.fromEntries(['json', 'jsonb'].map((type) => [type, 'unknown'])),
  bool: 'boolean',
  bytea: 'Uint8Array',
  void: 'unknown',
};

/** What node-postgres writes as a value of this type. */
function valueType(type: string, types: Types): string {
  if (type.startsWith('_')) return `readonly (${valueType(type.slice(1), types)} | null)[]`;
  const labels = types.labels.get(type);
  if (labels) return labels.map((label) => `'${label}'`).join(' | ');
  return VALUE_TYPES[type] ?? 'string';
}

const VALUE_TYPES: Record<string, string> = {
  ...ROW_TYPES,
  int8: 'number | bigint | string',
  numeric: 'number | string',
  timestamptz: 'Date',
  date: 'Date | string',
};
