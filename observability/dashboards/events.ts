import { type DashboardText, quantiles } from './panels.ts';

/** Event logs, their relays, and the consumers of other domains. */
export const events: DashboardText = {
  uid: 'events',
  title: 'Events',
  means: 'From the append of an event until every other domain has applied it.',
  choices: [{ label: 'domain', metric: 'fitme_log_unsealed_events' }],
  rows: {
    Logs: [
      {
        title: 'Events by kind',
        means: 'What people do: messages sent, sessions finished, ...',
        unit: 'reqps',
        queries: [
          ['sum by (kind) (rate(fitme_log_events_total{domain=~"$domain"}[$__rate_interval]))', '{{kind}}'],
        ],
      },
      {
        title: 'From append to readable',
        means: 'The work of the relay.',
        unit: 's',
        queries: quantiles('fitme_log_seal_delay_seconds', '{domain=~"$domain"}', 'domain', '{{domain}}'),
      },
      {
        title: 'Waiting for the relay',
        means: 'How long the oldest event that is not readable has waited. Seconds: nobody seals.',
        unit: 's',
        queries: [['max by (domain) (fitme_log_waiting_seconds{domain=~"$domain"})', '{{domain}}']],
      },
    ],
    Consumers: [
      {
        title: 'From append to applied',
        means: 'Until the effect stands in the other domain.',
        unit: 's',
        queries: quantiles(
          'fitme_consumer_delay_seconds',
          '{domain=~"$domain"}',
          'domain, consumer',
          '{{domain}} {{consumer}}',
        ),
      },
      {
        title: 'Backlog',
        means:
          'Events still to be read. It only rises: an event cannot be applied, see the log of that domain.',
        unit: 'short',
        queries: [
          [
            'max by (domain, consumer) (fitme_consumer_backlog_events{domain=~"$domain"})',
            '{{domain}} {{consumer}}',
          ],
        ],
      },
      {
        title: 'Failures',
        means:
          'Batches that could not be applied as a whole, and are tried again; see the log of that domain.',
        unit: 'ops',
        queries: [
          [
            'sum by (domain, consumer) (rate(fitme_consumer_failures_total{domain=~"$domain"}[$__rate_interval]))',
            '{{domain}} {{consumer}}',
          ],
        ],
      },
      {
        title: 'Size of the logs',
        means: 'Events are kept for 30 days.',
        unit: 'bytes',
        queries: [['max by (domain) (fitme_log_size_bytes{domain=~"$domain"})', '{{domain}}']],
      },
    ],
  },
};
