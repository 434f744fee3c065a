import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';
import type { DomainNames } from './names.ts';

/** A text that a file is to have. */
export interface NewText {
  /** From the project's folder. */
  path: string;
  text: string;
}

/**
 * Where domains are listed by hand. Each of these patterns finds what notifications, the smallest domain, has there; a new
 * one gets the same behind it, under its own name.
 */
const LISTS: readonly { path: string; entries: readonly RegExp[] }[] = [
  { path: 'subgraphs/domains.ts', entries: [/^import notifications .*\n/m, /^ {2}notifications,\n/m] },
  { path: 'rover.yaml', entries: [/^ {2}notifications:\n(?: {4}.*\n)+/m] },
  {
    path: 'platform/scopes.ts',
    entries: [/^ {2}'notifications:read',\n {2}'notifications:write',\n/m],
  },
  { path: 'tests/contracts/scopes.test.ts', entries: [/^ {2}'Query\.notification': .*\n/m] },
  {
    path: 'docker-compose.yml',
    entries: [/^ {6}notifications: \{.*\n/m, /^ {2}notifications:\n(?: {4}.*\n)+\n/m],
  },
  {
    path: 'deploy/base/kustomization.yaml',
    entries: [/^ {2}- notifications\n/m, /"notifications":"[^"]+",/],
  },
  {
    path: 'deploy/base/gateway/kustomization.yaml',
    entries: [
      /(?<=SUBGRAPH_URLS=.*)"notifications":"[^"]+",/,
      /(?<=LIVE_SOURCES=.*)"notifications":"[^"]+",/,
    ],
  },
  { path: 'deploy/base/migrations/job.yaml', entries: [/^.*\bname: fitme-notifications\b.*\n/m] },
  { path: 'deploy/README.md', entries: [/ `fitme-notifications`/] },
  { path: 'observability/stack/prometheus/prometheus.yml', entries: [/^ +- notifications:4001\n/m] },
  { path: 'README.md', entries: [/(?<=· messaging) · notifications/, /(?<=the domains: .*) notifications,/] },
  { path: 'docs/ARCHITECTURE.md', entries: [/(?<=· messaging) · notifications/] },
];

/** A domain's folder for Kubernetes, which differs from that of notifications in its name alone. */
const KUBERNETES = 'deploy/base/notifications/kustomization.yaml';

/**
 * The files in which a domain is to be listed, each with its entry.
 *
 * @throws Error where a file lists notifications no longer as it did: mend LISTS.
 */
export function registrationsOf(names: DomainNames): NewText[] {
  const renamed = (text: string) => renamedFor(names, text);
  const lists = LISTS.map(({ path, entries }) => {
    const text = entries.reduce((present, entry) => {
      if (!entry.test(present)) throw new Error(`${path} has nothing that looks like ${entry}.`);
      return present.replace(entry, (found) => found + renamed(found));
    }, read(path));
    return { path, text };
  });
  return [...lists, { path: renamed(KUBERNETES), text: renamed(read(KUBERNETES)) }];
}

function renamedFor({ domain, thing, Things }: DomainNames, text: string): string {
  return text
    .replaceAll('notifications', domain)
    .replaceAll('Notifications', Things)
    .replaceAll('notification', thing);
}

function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}
