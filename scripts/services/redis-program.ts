import { execFile } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findOnPath } from '../programs.ts';
import { SetupError } from '../terminal.ts';

interface Program {
  command: string;
  /** What the program needs in its environment besides. */
  env: NodeJS.ProcessEnv;
}

const run = promisify(execFile);

/**
 * Finds a Redis server: on PATH, else one downloaded earlier, else (Debian and Ubuntu, no root needed) downloads the
 * distribution's own package with the libraries that it lacks and unpacks them into `cacheDir`, installing nothing.
 *
 * @throws SetupError with the one command that installs it here.
 */
export async function locateRedis(cacheDir: string): Promise<Program> {
  const installed = findOnPath('redis-server') ?? findOnPath('valkey-server');
  if (installed) return { command: installed, env: {} };
  const folder = join(cacheDir, 'redis');
  if (!existsSync(folder) && findOnPath('apt-get')) await unpackDebianPackage(folder).catch(explain);
  if (!existsSync(folder)) throw missing('');
  return {
    command: join(folder, 'usr/bin/redis-server'),
    env: {
      LD_LIBRARY_PATH: globSync(['lib/*-linux-*', 'usr/lib/*-linux-*'], { cwd: folder })
        .map((libraries) => join(folder, libraries))
        .join(delimiter),
    },
  };
}

/** The folder appears under its name when it is complete, so that two starts at the same time do not meet in it. */
async function unpackDebianPackage(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const work = mkdtempSync(`${folder}-`);
  try {
    const { packages, options } = await planDownload(join(work, 'apt'));
    await run('apt-get', [...options, 'download', ...packages], { cwd: work });
    const unpacked = join(work, 'root');
    for (const file of globSync('*.deb', { cwd: work }))
      await run('dpkg', ['-x', join(work, file), unpacked]);
    if (!existsSync(folder)) renameSync(unpacked, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What apt would install. Where its lists are missing (container images), they are fetched into a folder of our own. */
async function planDownload(aptDir: string): Promise<{ packages: string[]; options: string[] }> {
  const plan = async (options: string[]) => {
    const simulated = await run('apt-get', [
      ...options,
      '--simulate',
      '--no-install-recommends',
      'install',
      'redis-server',
    ]);
    const packages = [...simulated.stdout.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] as string);
    return { packages, options };
  };
  try {
    return await plan([]);
  } catch {
    const options = [
      '-o',
      `Dir::State::Lists=${join(aptDir, 'lists')}`,
      '-o',
      `Dir::Cache=${join(aptDir, 'cache')}`,
    ];
    await mkdir(join(aptDir, 'lists/partial'), { recursive: true });
    await mkdir(join(aptDir, 'cache/archives/partial'), { recursive: true });
    await run('apt-get', [...options, 'update']);
    return plan(options);
  }
}

function explain(cause: unknown): never {
  const lastLine = cause instanceof Error ? cause.message.trim().split('\n').at(-1) : '';
  throw missing(` (its package could not be downloaded: ${lastLine})`);
}

function missing(detail: string): SetupError {
  return new SetupError(
    `There is no Redis here${detail}. Install one with "${installCommand()}", or set REDIS_URL.`,
  );
}

function installCommand(): string {
  if (process.platform === 'darwin') return 'brew install redis';
  const system = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  if (/^ID(_LIKE)?=.*(fedora|rhel)/m.test(system)) return 'sudo dnf install valkey';
  if (/^ID(_LIKE)?=.*arch/m.test(system)) return 'sudo pacman -S valkey';
  if (/^ID(_LIKE)?=.*alpine/m.test(system)) return 'sudo apk add redis';
  if (/^ID(_LIKE)?=.*suse/m.test(system)) return 'sudo zypper install redis';
  return 'sudo apt-get install redis-server';
}
