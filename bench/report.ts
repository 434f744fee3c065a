import { readFileSync, writeFileSync } from 'node:fs';
import type { LiveFigures } from './live/measure.ts';
import type { SteadyFigures } from './live/steady.ts';
import { type Machine, packageVersions } from './machine.ts';
import type { NewOperations } from './new-operations.ts';
import type { Profile } from './profile.ts';
import { renderLive, renderSteady } from './report-live.ts';
import type { ConnectionsRow } from './sweep.ts';
import { fixed, section } from './table.ts';
import type { TelemetryFigures } from './telemetry.ts';
import type { Comparisons, Rounds } from './throughput.ts';

/** All that one run has measured. */
export interface Figures {
  form: string;
  began: Machine;
  ended: Machine;
  rounds: Rounds;
  /** These were measured on the neutral supergraph. */
  comparisons: Comparisons[];
  connections?: ConnectionsRow[];
  newOperations?: NewOperations[];
  profiles?: Profile[];
  /** These were measured on our own supergraph. */
  own?: Comparisons;
  telemetry?: TelemetryFigures[];
  live?: LiveFigures;
  steady?: SteadyFigures;
}

const DOCUMENT = 'docs/PERFORMANCE.md';

/** The tables that are written together, each with the head of the run that made them. */
const TABLES = {
  throughput: marks('tables'),
  own: marks('tables of our own supergraph'),
  telemetry: marks('tables of telemetry'),
  live: marks('live tables'),
  steady: marks('tables of a steady rate'),
} as const;

function marks(name: string) {
  return {
    begin: `<!-- The ${name} below are written by npm run bench. -->`,
    end: `<!-- The end of the ${name}. -->`,
  };
}

/** The tables, as Markdown. */
export function render(figures: Figures): string {
  return Object.values(renderParts(figures)).join('\n\n');
}

/** Puts the tables of what was measured in the place of the last ones. Answers the document's path. */
export function writeDocument(figures: Figures): string {
  let document = readFileSync(DOCUMENT, 'utf8');
  for (const [part, text] of Object.entries(renderParts(figures))) {
    const { begin, end } = TABLES[part as keyof typeof TABLES];
    const [before, rest = ''] = document.split(begin);
    const after = rest.split(end)[1];
    if (after === undefined) throw new Error(`${DOCUMENT} has no place for the ${part} tables`);
    document = `${before}${begin}\n\n${text}\n\n${end}${after}`;
  }
  writeFileSync(DOCUMENT, document);
  return DOCUMENT;
}

function renderParts(figures: Figures): Partial<Record<keyof typeof TABLES, string>> {
  const { comparisons, connections, newOperations, profiles = [], own, telemetry, live, steady } = figures;
  const throughput = [
    ...comparisons.map(renderComparison),
    connections && renderConnections(connections),
    newOperations && renderNewOperations(newOperations),
    ...profiles.map(renderProfile),
  ].filter((part) => part !== undefined);
  return {
    ...(throughput.length > 0 && { throughput: [head(figures), ...throughput].join('\n\n') }),
    ...(own && { own: [headOfRun(figures), renderComparison(own)].join('\n\n') }),
    ...(telemetry && { telemetry: [headOfRun(figures), ...telemetry.map(renderTelemetry)].join('\n\n') }),
    ...(live && { live: [headOfLive(figures), renderLive(live)].join('\n\n') }),
    ...(steady && { steady: [headOfLive(figures), renderSteady(steady)].join('\n\n') }),
  };
}

function head(figures: Figures): string {
  const { rounds } = figures;
  const { ours, peers } = packageVersions();
  return [
    headOfRun(figures),
    `- Ours: ${ours}.`,
    `- Peers: ${peers}.`,
    `- ${rounds.count} rounds of ${rounds.seconds} s a gateway, in turns, after ${rounds.warmUpSeconds} s of warm-up; ${rounds.connections} connections.`,
  ].join('\n');
}

function headOfLive(figures: Figures): string {
  const { ours, livePeers } = packageVersions();
  return [headOfRun(figures), `- Ours: ${ours}. The peer: ${livePeers}.`].join('\n');
}

function headOfRun({ form, began, ended }: Figures): string {
  const minutes = (ended.at.getTime() - began.at.getTime()) / 60_000;
  return [
    `- The ${form} form, ${began.at.toISOString().slice(0, 16).replace('T', ' ')} UTC, ${fixed(minutes, 1)} minutes.`,
    `- ${began.cores} cores (${began.processor}), ${began.memoryGiB} GiB, ${began.system}, Node ${began.node}.`,
    `- Load average ${fixed(began.load, 1)} at the start and ${fixed(ended.load, 1)} at the end, the bench's own included.`,
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
      'Apollo ÷ this',
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
    'By connections, neutral supergraph, small operation',
    ['gateway', 'connections', 'CPU ms a request', 'requests/s', 'p99 ms'],
    rows.map(({ name, connections, cpuMs, requestsPerSecond, p99 }) => [
      name,
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

function renderTelemetry({ title, rows }: TelemetryFigures): string {
  return section(
    `What telemetry costs our gateway: ${title}`,
    ['telemetry', 'CPU ms a request', 'requests/s', 'CPU more'],
    rows.map((row) => [
      row.name,
      fixed(row.cpuMs, 2),
      fixed(row.requestsPerSecond, 0),
      `${fixed(100 * row.overhead, 0)} %`,
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
