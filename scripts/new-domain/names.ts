import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';
import { SetupError } from '../terminal.ts';

/** What a new domain and what it holds are called, in each form that code and contracts need. */
export interface DomainNames {
  /** "payments": of the domain, in proto/, schema/, prisma/ and subgraphs/. */
  domain: string;
  Domain: string;
  /** "payment": of what it holds. */
  thing: string;
  Thing: string;
  things: string;
  Things: string;
}

/** Folders and schemas that are something else already; words that PostgreSQL reads as its own where a schema's name stands. */
const RESERVED = new Set([
  ...['api', 'fitme', 'gateway', 'graphql', 'live', 'observability', 'platform', 'schema', 'supergraph'],
  ...[
    'public',
    'all',
    'analyse',
    'analyze',
    'array',
    'case',
    'cast',
    'check',
    'collate',
    'column',
    'constraint',
  ],
  ...[
    'create',
    'default',
    'do',
    'else',
    'end',
    'except',
    'for',
    'foreign',
    'from',
    'grant',
    'group',
    'having',
  ],
  ...['in', 'into', 'limit', 'not', 'null', 'offset', 'on', 'only', 'or', 'order', 'primary', 'references'],
  ...[
    'select',
    'session',
    'some',
    'system',
    'table',
    'then',
    'to',
    'union',
    'unique',
    'user',
    'using',
    'when',
  ],
  ...['where', 'window', 'with'],
]);

/**
 * Reads the command's words.
 *
 * @param thing - Of what the domain holds; the domain's own name without its s where left out.
 * @throws SetupError that says what to call it instead.
 */
export function readNames(domain: string | undefined, thing = domain?.replace(/s$/, '')): DomainNames {
  if (domain === undefined || thing === undefined) {
    throw new SetupError(
      'Say what to call it: npm run new:domain payments, or npm run new:domain billing invoice.',
    );
  }
  assertWord(domain, 'A domain');
  assertFree(domain);
  if (thing === domain) {
    throw new SetupError(`Say what ${domain} holds, too: npm run new:domain ${domain} invoice.`);
  }
  assertWord(thing, 'What it holds');
  const Thing = capital(thing);
  const taken = namesTaken();
  if (taken.has(Thing) || taken.has(`${Thing}Created`)) {
    throw new SetupError(
      `The contracts have a ${Thing} already: call it something else, as in npm run new:domain ${domain} invoice.`,
    );
  }
  const things = pluralOf(thing);
  return { domain, Domain: capital(domain), thing, Thing, things, Things: capital(things) };
}

/** A name is also a proto package, a PostgreSQL schema and role, a part of variables' names and an identifier. */
function assertWord(name: string, what: string): void {
  if (/^[a-z][a-z0-9]{2,29}$/.test(name)) return;
  throw new SetupError(
    `"${name}" cannot be its name. ${what} is called by one word of 3 to 30 small letters and digits, a letter first: it names a ` +
      'proto package, a PostgreSQL schema and variables, too.',
  );
}

function assertFree(domain: string): void {
  if (existsSync(join(ROOT, 'subgraphs', domain))) {
    throw new SetupError(`There is a domain ${domain} already: its rooms stand in subgraphs/${domain}.`);
  }
  const packages = readdirSync(join(ROOT, 'proto/fitme'));
  if (RESERVED.has(domain) || domain.startsWith('pg') || packages.includes(domain)) {
    throw new SetupError(
      `"${domain}" is reserved: call the domain by what people do in it, for example "payments".`,
    );
  }
}

/** The types of the public schema, and the messages of events. */
function namesTaken(): Set<string> {
  const events = readdirSync(join(ROOT, 'proto/fitme/events/v1')).map(
    (file) => `proto/fitme/events/v1/${file}`,
  );
  const texts = ['schema/api.graphql', ...events].map((file) => readFileSync(join(ROOT, file), 'utf8'));
  const found = texts.flatMap((text) => [
    ...text.matchAll(/^(?:type|interface|enum|input|scalar|union|message) (\w+)/gm),
  ]);
  return new Set(found.map(([, name = '']) => name));
}

function pluralOf(thing: string): string {
  if (/[^aeiou]y$/.test(thing)) return `${thing.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(thing) ? `${thing}es` : `${thing}s`;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
