import { type DashboardText, quantiles } from './panels.ts';

const OPERATIONS = 'fitme_gateway_operation_duration_seconds';
const CHOSEN = '{operation=~"$operation"}';

/** One operation, for whoever asks why it is slow. */
export const operation: DashboardText = {
  uid: 'operation',
  title: 'Operation',
  means: 'One operation by its name: how often, how well, how fast. The dots of Duration lead to its traces.',
  choices: [{ label: 'operation', metric: `${OPERATIONS}_count` }],
  rows: {
    $operation: [
      {
        title: 'How often',
        means: 'By outcome.',
        unit: 'reqps',
        queries: [
          [
            `sum by (operation, outcome) (rate(${OPERATIONS}_count${CHOSEN}[$__rate_interval]))`,
            '{{operation}} {{outcome}}',
          ],
        ],
      },
      {
        title: 'Duration',
        means: 'At the gateway. Dots are single requests with a trace.',
        unit: 's',
        queries: quantiles(OPERATIONS, CHOSEN, 'operation', '{{operation}}'),
      },
      {
        title: 'Faster than 0.5 s',
        means: 'The objective is 99 %.',
        unit: 'percentunit',
        queries: [
          [
            `sum by (operation) (rate(${OPERATIONS}_bucket{le="0.5",operation=~"$operation"}[$__rate_interval])) / sum by (operation) (rate(${OPERATIONS}_count${CHOSEN}[$__rate_interval]))`,
            '{{operation}}',
          ],
        ],
      },
    ],
  },
};
