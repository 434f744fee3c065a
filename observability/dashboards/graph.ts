import { type DashboardText, quantiles } from './panels.ts';

const OPERATIONS = 'fitme_gateway_operation_duration_seconds';
const FETCHES = 'fitme_gateway_subgraph_fetch_duration_seconds';

/** Is the dashboard to look at first: it shows what clients get, and which subgraph is to blame. */
export const graph: DashboardText = {
  uid: 'graph',
  title: 'Graph',
  means: 'What clients ask, how fast and how well they are answered, and by which subgraph.',
  rows: {
    'What clients get': [
      {
        title: 'Operations',
        means: 'By outcome. Partial: some fields failed. Refused: the client asked what it may not.',
        unit: 'reqps',
        queries: [[`sum by (outcome) (rate(${OPERATIONS}_count[$__rate_interval]))`, '{{outcome}}']],
      },
      {
        title: 'Failed',
        means: 'Share of operations without an answer; the objective is 0.1 %.',
        unit: 'percentunit',
        queries: [
          ['fitme:operations_failed:ratio_5m', 'last 5 minutes'],
          ['fitme:operations_failed:ratio_1h', 'last hour'],
        ],
      },
      {
        title: 'Duration',
        means:
          'At the gateway, all operations; the objective is that 99 % take less than 0.5 s. Dots lead to traces.',
        unit: 's',
        queries: quantiles(OPERATIONS, '', '', 'operations'),
      },
    ],
    'By operation': [
      {
        title: 'The ten asked most',
        means: 'By name; "other" are those past the first 200.',
        unit: 'reqps',
        queries: [
          [`topk(10, sum by (operation) (rate(${OPERATIONS}_count[$__rate_interval])))`, '{{operation}}'],
        ],
      },
      {
        title: 'The ten slowest',
        means: 'p99 of the last five minutes. See the dashboard Operation.',
        unit: 's',
        queries: [['topk(10, fitme:operation_latency_seconds:p99_5m)', '{{operation}}']],
      },
      {
        title: 'The ten that fail most',
        means: 'With errors, alone or beside data.',
        unit: 'reqps',
        queries: [
          [
            `topk(10, sum by (operation) (rate(${OPERATIONS}_count{outcome=~"error|partial"}[$__rate_interval])))`,
            '{{operation}}',
          ],
        ],
      },
    ],
    'By subgraph': [
      {
        title: 'Fetches',
        means: 'What the gateway asks of each.',
        unit: 'reqps',
        queries: [[`sum by (subgraph) (rate(${FETCHES}_count[$__rate_interval]))`, '{{subgraph}}']],
      },
      {
        title: 'Fetches that failed',
        means: 'Open: its breaker refuses at once. Full: too many wait for a connection.',
        unit: 'reqps',
        queries: [
          [
            `sum by (subgraph, outcome) (rate(${FETCHES}_count{outcome!="ok"}[$__rate_interval]))`,
            '{{subgraph}} {{outcome}}',
          ],
        ],
      },
      {
        title: 'Duration of fetches',
        means: 'Retries included.',
        unit: 's',
        queries: [['fitme:fetch_latency_seconds:p99_5m', '{{subgraph}} p99']],
      },
      {
        title: 'Breakers',
        means: '0 closed, 1 half open, 2 open.',
        unit: 'short',
        queries: [['max by (subgraph) (fitme_gateway_breaker_state)', '{{subgraph}}']],
      },
      {
        title: 'In flight and waiting',
        means: 'Fetches that a subgraph answers, and those that wait for a connection.',
        unit: 'short',
        queries: [
          ['sum by (subgraph) (fitme_gateway_subgraph_in_flight)', '{{subgraph}} in flight'],
          ['sum by (subgraph) (fitme_gateway_subgraph_queued)', '{{subgraph}} waiting'],
        ],
      },
      {
        title: 'Retries',
        means: 'Sent again, or refused because the budget was spent.',
        unit: 'reqps',
        queries: [
          [
            'sum by (subgraph, outcome) (rate(fitme_gateway_subgraph_retries_total[$__rate_interval]))',
            '{{subgraph}} {{outcome}}',
          ],
        ],
      },
    ],
    'What the gateway spares and refuses': [
      {
        title: 'Plans made',
        means:
          'Operations not seen before. Many of them, for long, are clients that write values into documents.',
        unit: 'reqps',
        queries: [['sum by (cause) (rate(fitme_gateway_plans_total[$__rate_interval]))', '{{cause}}']],
      },
      {
        title: 'Compiled operations',
        means: 'Asked for by clients: kept from before (hit), or compiled for them (miss).',
        unit: 'reqps',
        queries: [
          ['sum by (outcome) (rate(fitme_gateway_plan_cache_total[$__rate_interval]))', '{{outcome}}'],
        ],
      },
      {
        title: 'Memory of compiled operations',
        means: 'Estimated; PLAN_CACHE_BYTES bounds it.',
        unit: 'bytes',
        queries: [['max by (instance) (fitme_gateway_plan_cache_bytes)', '{{instance}}']],
      },
      {
        title: 'Kept answers',
        means: 'Of the response cache.',
        unit: 'reqps',
        queries: [
          ['sum by (outcome) (rate(fitme_gateway_response_cache_total[$__rate_interval]))', '{{outcome}}'],
        ],
      },
      {
        title: 'Rate limits',
        means: 'Refused, or uncounted because Redis was away.',
        unit: 'reqps',
        queries: [
          [
            'sum by (by, outcome) (rate(fitme_gateway_rate_limited_total[$__rate_interval]))',
            '{{by}} {{outcome}}',
          ],
        ],
      },
    ],
  },
};
