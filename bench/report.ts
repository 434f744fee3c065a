import { readFileSync, writeFileSync } from 'node:fs';
import type { LiveFigures } from './live/measure.ts';
import { type Machine, packageVersions } from './machine.ts';
import type { NewOperations } from './new-operations.ts';
import type { Profile } from './profile.ts';
import type { ConnectionsRow } from './sweep.ts';
import type { Comparisons, Rounds } from './throughput.ts';

/** All that one run has measured. */
export interface Figures {
  form: string;
  began: Machine;
  ended: Machine;
  rounds: Rounds;
  comparisons: Comparisons[];
  connections?: ConnectionsRow[];
  newOperations?: NewOperations[];
  profiles?: Profile[];
  live?: LiveFigures;
}

const DOCUMENT = 'docs/PERFORMANCE.md';
const BEGIN = '<!-- The tables below are written by npm run bench. -->';
const END = '<!-- The end of what npm run bench writes. -->';

/** The tables, as Markdown. */
export function render(figures: Figures): string {
  const { comparisons, connections, newOperations, profiles = [], live } = figures;
  return [
    head(figures),
    ...comparisons.map(renderComparison),
    connections && renderConnections(connections),
    newOperations && renderNewOperations(newOperations),
    ...profiles.map(renderProfile),
    live && renderLive(live),
  ]
    .filter((part) => part !== undefined)
    .join('\n\n');
}

/** Puts the tables in the place of the last ones. Answers the document's path. */
export function writeDocument(figures: Figures): string {
  const document = readFileSync(DOCUMENT, 'utf8');
  const [before, rest = ''] = document.split(BEGIN);
  const after = rest.split(END)[1];
  if (after === undefined) throw new Error(`${DOCUMENT} has no place for the tables`);
  writeFileSync(DOCUMENT, `${before}${BEGIN}\n\n${render(figures)}\n\n${END}${after}`);
  return DOCUMENT;
}

function head({ form, began, ended, rounds }: Figures): string {
  const { ours, peers } = packageVersions();
  const minutes = (ended.at.getTime() - began.at.getTime()) / 60_000;
  return [
    `- The ${form} form, ${began.at.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${fixed(minutes, 1)} minutes.`,
    `- ${began.cores} cores (${began.processor}), ${began.memoryGiB} GiB, ${began.system}, Node ${began.node}.`,
    `- Load average ${fixed(began.load, 1)} at the start and ${fixed(ended.load, 1)} at the end, the bench's own included.`,
    `- Ours: ${ours}.`,
    `- Peers: ${peers}.`,
    `- ${rounds.count} rounds of ${rounds.seconds} s a gateway, in turns, after ${rounds.warmUpSeconds} s of warm-up; ${rounds.connections} connections.`,
  ].join('\n');
}

function renderComparison({ title, bytes, rows }: Comparisons): string {
  return section(
    `${title} (${fixed(bytes / 1_000, 1)} kB)`,
    [
      'gateway',
      'fetches',
      'under load',
      'CPU ms a request',
      'least to most',
      'requests/s',
      'p50 ms',
      'p99 ms',
      'stock ÷ this',
      'Hive ÷ this',
    ],
    rows.map((row) => [
      row.name,
      row.fetches ?? '',
      row.fetches === undefined ? '' : fixed(row.fetchesUnderLoad, 1),
      fixed(row.cpuMs.median, 2),
      `${fixed(row.cpuMs.min, 2)} to ${fixed(row.cpuMs.max, 2)}`,
      fixed(row.requestsPerSecond, 0),
      fixed(row.p50, 0),
      fixed(row.p99, 0),
      fixed(row.overStock, 2),
      fixed(row.overHive, 2),
    ]),
  );
}

function renderConnections(rows: readonly ConnectionsRow[]): string {
  return section(
    'Our gateway by connections, neutral supergraph, small operation',
    ['connections', 'CPU ms a request', 'requests/s', 'p99 ms'],
    rows.map(({ connections, cpuMs, requestsPerSecond, p99 }) => [
      connections,
      fixed(cpuMs, 2),
      fixed(requestsPerSecond, 0),
      fixed(p99, 0),
    ]),
  );
}

function renderNewOperations(rows: readonly NewOperations[]): string {
  return section(
    `Operations never seen before, ${rows[0]?.wanted} a second, one in five of them the heavy one`,
    ['gateway', 'operations', 'a second', 'longest turn of the event loop, CPU ms', 'latest timer ms'],
    rows.map((row) => [
      row.name,
      row.operations,
      fixed(row.perSecond, 0),
      fixed(row.longestCpuMs, 1),
      fixed(row.latestMs, 1),
    ]),
  );
}

function renderProfile({ title, rows }: Profile): string {
  return section(
    `Where our gateway's CPU goes: neutral supergraph, ${title}`,
    ['part', 'µs a request', 'share'],
    rows.map((row) => [row.part, fixed(row.microseconds, 0), `${fixed(100 * row.share, 0)} %`]),
  );
}

function renderLive({ idle, deliveries, faults }: LiveFigures): string {
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
    'Live: one event to all subscribers of its topic, through log and relay',
    [
      'selection',
      'subscribers',
      'events',
      'not delivered within 15 s',
      'CPU µs a delivery',
      'last one after ms',
      'slowest event ms',
    ],
    deliveries.map((row) => [
      row.title,
      row.subscribers,
      row.events,
      row.lost,
      fixed(row.cpuMicroseconds, 0),
      fixed(row.lastAfterMs?.median, 0),
      fixed(row.lastAfterMs?.max, 0),
    ]),
  );
  const list = faults.slice(0, 10).map((fault) => `- ${fault}`);
  const wrong =
    faults.length === 0 ? 'No fault: nothing came twice, no socket was closed.' : `${faults.length} faults:`;
  return [memory, delivery, [wrong, ...list].join('\n')].join('\n\n');
}

function section(title: string, columns: readonly string[], rows: readonly (string | number)[][]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const rule = columns.map((_, index) => (index === 0 ? '---' : '---:'));
  return [`### ${title}`, '', line(columns), line(rule), ...rows.map(line)].join('\n');
}

function fixed(value: number | undefined, digits: number): string {
  return value === undefined ? '–' : value.toFixed(digits);
}
