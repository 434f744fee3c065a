import type { DashboardText } from './panels.ts';

const CHOSEN = '{job=~"$job"}';

/** The processes themselves. */
export const node: DashboardText = {
  uid: 'node',
  title: 'Node',
  means: 'CPU, memory and event loop of every process.',
  choices: [{ label: 'job', metric: 'process_cpu_seconds_total' }],
  rows: {
    Processes: [
      {
        title: 'CPU',
        means: 'In cores. The main thread has one: near 1, add replicas.',
        unit: 'short',
        queries: [[`rate(process_cpu_seconds_total${CHOSEN}[$__rate_interval])`, '{{job}} {{instance}}']],
      },
      {
        title: 'Event loop',
        means: 'How late timers are, the worst of a hundred.',
        unit: 's',
        queries: [[`nodejs_eventloop_lag_p99_seconds${CHOSEN}`, '{{job}} {{instance}}']],
      },
      {
        title: 'Garbage collection',
        means: 'Share of the time.',
        unit: 'percentunit',
        queries: [
          [
            `sum by (job, instance) (rate(nodejs_gc_duration_seconds_sum${CHOSEN}[$__rate_interval]))`,
            '{{job}} {{instance}}',
          ],
        ],
      },
    ],
    Memory: [
      {
        title: 'Resident',
        means: 'What the system gives the process.',
        unit: 'bytes',
        queries: [[`process_resident_memory_bytes${CHOSEN}`, '{{job}} {{instance}}']],
      },
      {
        title: 'Heap',
        means: 'Used. A saw whose valleys rise is a leak.',
        unit: 'bytes',
        queries: [[`nodejs_heap_size_used_bytes${CHOSEN}`, '{{job}} {{instance}}']],
      },
      {
        title: 'Open handles',
        means: 'Sockets, timers, files.',
        unit: 'short',
        queries: [[`nodejs_active_handles_total${CHOSEN}`, '{{job}} {{instance}}']],
      },
    ],
  },
};
