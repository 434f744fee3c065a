import type {
  Dashboard,
  FieldConfig,
  FieldConfigSource,
  Panel,
  RowPanel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import type { Dataquery } from '@grafana/grafana-foundation-sdk/prometheus';
import type {
  Options,
  FieldConfig as TimeseriesFieldConfig,
} from '@grafana/grafana-foundation-sdk/timeseries';

/** A dashboard as Grafana's own types say it, but for its panels. */
export type DashboardOfPanels = Omit<Dashboard, 'panels'> & { panels: (RowPanel | { type: 'timeseries' })[] };

/** A panel of timeseries from Prometheus. What Grafana's type of any panel leaves open is filled in. */
export type TimeseriesPanel = Omit<Panel, 'type' | 'targets' | 'options' | 'fieldConfig'> & {
  type: 'timeseries';
  targets: Dataquery[];
  options: Options;
  fieldConfig: Omit<FieldConfigSource, 'defaults'> & {
    defaults: Omit<FieldConfig, 'custom'> & { custom?: TimeseriesFieldConfig };
  };
};
