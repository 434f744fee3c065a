import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  QueryVariableBuilder,
  RowBuilder,
  VariableRefresh,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** A question to Prometheus, and how its series are called: `{{subgraph}}`. */
type Query = readonly [expression: string, legend: string];

/** A picture of some series. */
interface PanelText {
  title: string;
  /** Says what an operator concludes from it. */
  means: string;
  /** Is a unit of Grafana: s, reqps, short, bytes, percentunit, ... */
  unit: string;
  queries: readonly Query[];
}

/** A choice at a dashboard's head: the values of a label of a metric, all of them at first. */
interface Choice {
  label: string;
  metric: string;
}

/** A dashboard: rows of panels, each row with a title. */
export interface DashboardText {
  /** Also the name of its file. */
  uid: string;
  title: string;
  means: string;
  choices?: readonly Choice[];
  rows: Readonly<Record<string, readonly PanelText[]>>;
}

const COLUMNS = 24;
const PANELS_A_LINE = 3;
const PANEL_HEIGHT = 8;
/** Names the data source as observability/stack/grafana/provisioning does. */
const PROMETHEUS = { type: 'prometheus', uid: 'prometheus' };

/** Makes a dashboard as Grafana reads it. */
export function makeDashboard({ uid, title, means, choices = [], rows }: DashboardText): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(means)
    .tags(['fitme'])
    .refresh('30s')
    .time({ from: 'now-1h', to: 'now' })
    .tooltip(DashboardCursorSync.Crosshair);
  for (const choice of choices) builder.withVariable(choiceOf(choice));
  for (const [row, panels] of Object.entries(rows)) {
    builder.withRow(new RowBuilder(row));
    for (const panel of panels)
      builder.withPanel(panelOf(panel).span(COLUMNS / Math.min(panels.length, PANELS_A_LINE)));
  }
  return builder.build();
}

/** Quantiles of a histogram, by its other labels: the typical one, and the worst of a hundred. */
export function quantiles(histogram: string, selector: string, by: string, legend: string): Query[] {
  const rate = `sum by (le${by && `, ${by}`}) (rate(${histogram}_bucket${selector}[$__rate_interval]))`;
  return [
    [`histogram_quantile(0.5, ${rate})`, `${legend} p50`],
    [`histogram_quantile(0.99, ${rate})`, `${legend} p99`],
  ];
}

function choiceOf({ label, metric }: Choice): QueryVariableBuilder {
  return new QueryVariableBuilder(label)
    .datasource(PROMETHEUS)
    .query(`label_values(${metric}, ${label})`)
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .multi(true)
    .includeAll(true)
    .allValue('.*');
}

function panelOf({ title, means, unit, queries }: PanelText): PanelBuilder {
  const panel = new PanelBuilder()
    .title(title)
    .description(means)
    .unit(unit)
    .min(0)
    .height(PANEL_HEIGHT)
    .datasource(PROMETHEUS);
  for (const [expression, legend] of queries)
    panel.withTarget(new DataqueryBuilder().expr(expression).legendFormat(legend).exemplar(true));
  return panel;
}
