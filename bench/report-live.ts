import type { LiveFigures } from './live/measure.ts';
import { HOLDS_BELOW_MS, holds, type SteadyFigures, type SteadyRow } from './live/steady.ts';
import { fixed, section } from './table.ts';

/** Renders what subscribers cost, and what one event to many does. */
export function renderLive({ idle, deliveries, faults }: LiveFigures): string {
  const memory = section(
    'Live: idle subscribers on one gateway process, a socket each',
    ['subscribers', 'opened in s', 'heap KiB each', 'resident KiB each'],
    [
      [
        idle.subscribers,
        fixed(idle.openedInSeconds, 1),
        fixed(idle.heapBytesEach / 1_024, 1),
        fixed(idle.rssBytesEach / 1_024, 1),
      ],
    ],
  );
  const delivery = section(
    'Live: one event to all subscribers of its topic; ours through log and relay, the peer through Redis alone',
    [
      'gateway',
      'selection',
      'subscribers',
      'events',
      'not delivered within 15 s',
      'CPU µs a delivery',
      'last one after ms',
      'slowest event ms',
    ],
    deliveries.map((row) => [
      row.name,
      row.title,
      row.subscribers,
      row.events,
      row.lost,
      fixed(row.cpuMicroseconds, 1),
      fixed(row.lastAfterMs?.median, 0),
      fixed(row.lastAfterMs?.max, 0),
    ]),
  );
  return [memory, delivery, faultsOf(faults)].join('\n\n');
}

/** Events of many topics at a rate. */
export function renderSteady({ topics, subscribers, long, rates, faults }: SteadyFigures): string {
  const columns = [
    'events a second, all topics',
    'committed a second',
    'seconds',
    'deliveries',
    'lost',
    'twice',
    'p50 ms',
    'p99 ms',
    'gateway CPU µs a delivery',
    'services CPU µs an event',
    'holds',
  ];
  const row = (each: SteadyRow) => [
    each.perSecond,
    fixed(each.committedPerSecond, 0),
    each.seconds,
    each.deliveries,
    each.lost,
    each.twice,
    fixed(each.p50, 0),
    fixed(each.p99, 0),
    fixed(each.cpuMicroseconds, 1),
    fixed(each.servicesCpuMicroseconds, 0),
    holds(each) ? 'yes' : 'no',
  ];
  const title = `Live: ${topics} topics with ${subscribers} subscribers in all, from append to receipt, through log and relay`;
  const note = `A rate holds where nothing is lost or comes twice, p99 is below ${HOLDS_BELOW_MS} ms, and the database takes it.`;
  return [section(title, columns, [...rates, long].map(row)), note, faultsOf(faults)].join('\n\n');
}

function faultsOf(faults: readonly string[]): string {
  const list = faults.slice(0, 10).map((fault) => `- ${fault}`);
  const wrong =
    faults.length === 0 ? 'No fault: nothing came twice, no socket was closed.' : `${faults.length} faults:`;
  return [wrong, ...list].join('\n');
}
