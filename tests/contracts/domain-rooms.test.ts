import { globSync } from 'node:fs';
import { expect, test } from 'vitest';

/** What may stand at the top of a domain; docs/ARCHITECTURE.md says what each holds. */
const ROOMS = new Set([
  'index.ts',
  'config.ts',
  'rules',
  'requests',
  'events',
  'store',
  'adapters',
  'rpc',
  'graphql',
  'consumers',
  'jobs',
  'tests',
]);

/** Who knows one domain finds these in every other. */
const ALWAYS = [
  'index.ts',
  'requests',
  'store/store.ts',
  'rpc/service.ts',
  'rpc/topics.ts',
  'graphql/context.ts',
  'graphql/models.ts',
  'graphql/resolvers.ts',
  'events/events.ts',
  'tests',
];

const domains = globSync('subgraphs/*/index.ts').map((path) => path.split('/')[1] as string);

const filesOf = (domain: string) =>
  globSync(`subgraphs/${domain}/**/*.*`).map((path) => path.split('/').slice(2));

test.each(domains)('%s has the rooms of every domain, and nothing else at its top', (domain) => {
  const tops = new Set(filesOf(domain).map(([top]) => top as string));
  expect([...tops].filter((top) => !ROOMS.has(top))).toEqual([]);
});

test.each(domains)('%s keeps its main parts where every domain does', (domain) => {
  const present = new Set(filesOf(domain).flatMap((path) => [path.join('/'), path[0] as string]));
  expect(ALWAYS.filter((part) => !present.has(part))).toEqual([]);
});
