import type { DashboardText } from './panels.ts';

/** PostgreSQL, as its exporter sees it. */
export const postgresql: DashboardText = {
  uid: 'postgresql',
  title: 'PostgreSQL',
  means: 'Connections, transactions, cache and size.',
  rows: {
    Load: [
      {
        title: 'Connections',
        means: 'By state, and what the server allows. Idle in transaction, for long, holds locks.',
        unit: 'short',
        queries: [
          ['sum by (state) (pg_stat_activity_count)', '{{state}}'],
          ['max(pg_settings_max_connections)', 'allowed'],
        ],
      },
      {
        title: 'Transactions',
        means: 'Committed and rolled back.',
        unit: 'reqps',
        queries: [
          [
            'sum by (datname) (rate(pg_stat_database_xact_commit[$__rate_interval]))',
            '{{datname}} committed',
          ],
          [
            'sum by (datname) (rate(pg_stat_database_xact_rollback[$__rate_interval]))',
            '{{datname}} rolled back',
          ],
        ],
      },
      {
        title: 'Longest transaction',
        means: 'A statement of ours is given up after 5 s.',
        unit: 's',
        queries: [['max by (datname) (pg_stat_activity_max_tx_duration)', '{{datname}}']],
      },
    ],
    Storage: [
      {
        title: 'Found in memory',
        means: 'Share of the blocks that were asked for; below 99 %, memory is short.',
        unit: 'percentunit',
        queries: [
          [
            'sum(rate(pg_stat_database_blks_hit[$__rate_interval])) / (sum(rate(pg_stat_database_blks_hit[$__rate_interval])) + sum(rate(pg_stat_database_blks_read[$__rate_interval])))',
            'blocks',
          ],
        ],
      },
      {
        title: 'Size',
        means: 'Of each database.',
        unit: 'bytes',
        queries: [['max by (datname) (pg_database_size_bytes)', '{{datname}}']],
      },
      {
        title: 'Deadlocks',
        means: 'Resolved by the server; the transaction is run again.',
        unit: 'short',
        queries: [
          ['sum by (datname) (increase(pg_stat_database_deadlocks[$__rate_interval]))', '{{datname}}'],
        ],
      },
    ],
  },
};
