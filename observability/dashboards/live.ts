import { type DashboardText, quantiles } from './panels.ts';

/** Subscriptions: who listens, and how late what they hear is. */
export const live: DashboardText = {
  uid: 'live',
  title: 'Live',
  means:
    'Sockets and subscriptions by gateway, and how long an event takes from its commit to its subscribers.',
  rows: {
    'Who listens': [
      {
        title: 'Connections',
        means: 'By gateway; one process can hold some 15,000.',
        unit: 'short',
        queries: [['sum by (instance) (fitme_live_connections)', '{{instance}}']],
      },
      {
        title: 'Subscriptions',
        means: 'Running ones, and of these the ones that a subgraph serves itself.',
        unit: 'short',
        queries: [
          ['sum by (instance) (fitme_live_subscriptions)', '{{instance}}'],
          ['sum by (instance) (fitme_live_upstreams)', '{{instance}} passed through'],
        ],
      },
      {
        title: 'Topics',
        means: 'That somebody listens to.',
        unit: 'short',
        queries: [['sum by (instance) (fitme_live_topics)', '{{instance}}']],
      },
    ],
    'What they hear': [
      {
        title: 'From commit to subscribers',
        means: 'The objective is that 99 % take less than 0.5 s.',
        unit: 's',
        queries: quantiles('fitme_live_delay_seconds', '', '', 'events'),
      },
      {
        title: 'Deliveries',
        means: 'Messages handed to sockets and streams, of logged topics and of state.',
        unit: 'reqps',
        queries: [['sum by (mode) (rate(fitme_live_deliveries_total[$__rate_interval]))', '{{mode}}']],
      },
      {
        title: 'Told as lost',
        means: 'Subscribers who were told that events can no longer be replayed: this should be nothing.',
        unit: 'short',
        queries: [['sum(increase(fitme_live_history_lost_total[$__rate_interval]))', 'subscribers']],
      },
    ],
    'Slow clients and limits': [
      {
        title: 'Left out',
        means: 'Events that slow clients were not told, by the policy of the field.',
        unit: 'reqps',
        queries: [['sum by (policy) (rate(fitme_live_dropped_total[$__rate_interval]))', '{{policy}}']],
      },
      {
        title: 'Ended by the gateway',
        means: 'RESOURCE_EXHAUSTED: too far behind. FORBIDDEN: access was taken away.',
        unit: 'reqps',
        queries: [['sum by (code) (rate(fitme_live_ended_total[$__rate_interval]))', '{{code}}']],
      },
      {
        title: 'One too many',
        means: 'Connections and subscriptions that a limit refused.',
        unit: 'reqps',
        queries: [['sum by (limit) (rate(fitme_live_refused_total[$__rate_interval]))', '{{limit}}']],
      },
      {
        title: 'Not taken yet',
        means: 'What was sent to clients that have not taken it.',
        unit: 'bytes',
        queries: [['sum by (instance) (fitme_live_queued_bytes)', '{{instance}}']],
      },
    ],
  },
};
