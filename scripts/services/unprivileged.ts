import { execFileSync, spawnSync } from 'node:child_process';
import { chownSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** A user to start programs as. */
export interface User {
  /** What `spawn` takes to start a program as the user; nothing where that is the user of this process. */
  readonly identity: Identity;
  /** Whether the user may go into a folder. */
  mayEnter(folder: string): boolean;
  /** Gives a file or folder to the user. */
  own(path: string): void;
  /** How to start a program that works in a folder; the user may be refused on the way there, but not on the way to the program. */
  commandIn(folder: string, program: string, args: readonly string[]): Command;
}

interface Identity {
  uid?: number;
  gid?: number;
}

interface Command extends Identity {
  command: string;
  args: string[];
}

/**
 * The user for a program that refuses to run as root: whoever starts it, and for root the owner of `data` where that
 * exists, else the system's user `postgres`, else `nobody`.
 *
 * A folder on the way to the data that is closed to others (/root, one made by mktemp) does not stop that user: the program
 * is then started with the one capability that passes it, by setpriv (util-linux, essential on Debian and Ubuntu).
 */
export function unprivilegedUser(data: string): User {
  if (process.getuid?.() !== 0) {
    return {
      identity: {},
      mayEnter: () => true,
      own: () => {},
      commandIn: (_folder, command, args) => ({ command, args: [...args] }),
    };
  }
  const identity = ownerOf(data) ??
    accountOf('postgres') ??
    accountOf('nobody') ?? { uid: 65534, gid: 65534 };
  return {
    identity,
    mayEnter: (folder) => mayEnter(identity, folder),
    own: (path) => chownSync(path, identity.uid, identity.gid),
    commandIn: (folder, command, args) =>
      mayEnter(identity, dirname(folder))
        ? { command, args: [...args], ...identity }
        : withCapability(identity, command, args),
  };
}

function withCapability({ uid, gid }: Required<Identity>, command: string, args: readonly string[]): Command {
  const capability = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return {
    command: 'setpriv',
    args: [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...capability, command, ...args],
  };
}

function ownerOf(path: string): Required<Identity> | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  // A folder of root's own names nobody whom the program would run as.
  return stat && stat.uid !== 0 ? { uid: stat.uid, gid: stat.gid } : undefined;
}

function accountOf(name: string): Required<Identity> | undefined {
  const ask = (flag: string) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: ask('-u'), gid: ask('-g') };
  } catch {
    return undefined;
  }
}

/** Asks as the user itself: modes of the folders above would not tell of groups, access lists and mounts. */
function mayEnter(identity: Identity, folder: string): boolean {
  const { status } = spawnSync('sh', ['-c', 'test -x "$0"', folder], {
    ...identity,
    cwd: '/',
    stdio: 'ignore',
  });
  return status === 0;
}
