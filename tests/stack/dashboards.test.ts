import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { createGenerator } from 'ts-json-schema-generator';
import { beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../scripts/paths.ts';

const FOLDER = join(ROOT, 'observability/stack/grafana/dashboards');
const FILES = readdirSync(FOLDER);

interface Dashboard {
  panels: { type: string; title: string }[];
}

let dashboard: ValidateFunction;
let panel: ValidateFunction;

beforeAll(() => {
  dashboard = schemaOf('DashboardOfPanels');
  panel = schemaOf('TimeseriesPanel');
});

describe.each(FILES)('%s', (file) => {
  const { panels, ...rest } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Dashboard;
  const graphs = panels.filter(({ type }) => type !== 'row');

  it('is a dashboard as Grafana has them', () => {
    const emptied = panels.map((each) => (each.type === 'row' ? each : { type: each.type }));
    expect(faultsOf(dashboard, { ...rest, panels: emptied })).toEqual([]);
  });

  it.each(graphs.map((graph) => [graph.title, graph] as const))('has the panel "%s"', (_title, graph) => {
    expect(faultsOf(panel, graph)).toEqual([]);
  });
});

/** Grafana publishes its schema as the types of its SDK, too: the JSON schema is made of those. */
function schemaOf(type: string): ValidateFunction {
  const generator = createGenerator({
    path: join(import.meta.dirname, 'grafana-types.ts'),
    tsconfig: join(ROOT, 'tsconfig.json'),
    type,
    skipTypeCheck: true,
  });
  return new Ajv({ strict: false, allowUnionTypes: true }).compile(generator.createSchema(type));
}

function faultsOf(validate: ValidateFunction, value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
