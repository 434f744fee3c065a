import type { DashboardText } from './panels.ts';

/** Redis, as its exporter sees it. */
export const redis: DashboardText = {
  uid: 'redis',
  title: 'Redis',
  means: 'Wake-ups, limits, kept answers, boards. Losing all of it loses nothing but time.',
  rows: {
    Redis: [
      {
        title: 'Commands',
        means: 'By name.',
        unit: 'reqps',
        queries: [['topk(10, sum by (cmd) (rate(redis_commands_total[$__rate_interval])))', '{{cmd}}']],
      },
      {
        title: 'Memory',
        means: 'Used, and the most there may be (0: no limit).',
        unit: 'bytes',
        queries: [
          ['sum(redis_memory_used_bytes)', 'used'],
          ['sum(redis_memory_max_bytes)', 'most'],
        ],
      },
      {
        title: 'Clients and channels',
        means: 'A channel a topic that somebody listens to.',
        unit: 'short',
        queries: [
          ['sum(redis_connected_clients)', 'clients'],
          ['sum(redis_pubsub_channels)', 'channels'],
        ],
      },
    ],
  },
};
