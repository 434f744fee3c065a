import { execFileSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A user to start programs as. */
export interface User {
  /** Gives a file or folder to the user. */
  own(path: string): void;
  /** How to start a program as the user. */
  command(
    program: string,
    args: readonly string[],
  ): { command: string; args: string[]; uid?: number; gid?: number };
}

/**
 * The user for a program that refuses to run as root: whoever starts it, and for root the owner of `data` where that
 * exists, else the system's user `postgres`, else `nobody`.
 *
 * A folder on the way that is closed to others (/root, one made by mktemp) does not stop that user: the program is then
 * started with the one capability that passes it, by setpriv (util-linux, essential on Debian and Ubuntu).
 *
 * @param paths what the user has to reach.
 */
export function unprivilegedUser(data: string, paths: readonly string[]): User {
  if (process.getuid?.() !== 0)
    return { own: () => {}, command: (command, args) => ({ command, args: [...args] }) };
  const { uid, gid } = ownerOf(data) ??
    accountOf('postgres') ??
    accountOf('nobody') ?? { uid: 65534, gid: 65534 };
  const reachable = paths.every(isOpenToOthers);
  return {
    own: (path) => chownSync(path, uid, gid),
    command: (command, args) =>
      reachable ? { command, args: [...args], uid, gid } : withCapability(uid, gid, command, args),
  };
}

function withCapability(uid: number, gid: number, command: string, args: readonly string[]) {
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return {
    command: 'setpriv',
    args: [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...capability, command, ...args],
  };
}

function ownerOf(path: string): { uid: number; gid: number } | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && { uid: stat.uid, gid: stat.gid };
}

function accountOf(name: string): { uid: number; gid: number } | undefined {
  const ask = (flag: string) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined;
  }
}

function isOpenToOthers(path: string): boolean {
  const parent = dirname(path);
  return parent === path || ((statSync(parent).mode & 0o001) !== 0 && isOpenToOthers(parent));
}
