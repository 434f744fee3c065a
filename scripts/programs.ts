import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runProgram } from './processes/tool.ts';
import { SetupError } from './terminal.ts';

/** Programs of the system that some tests need, with the Debian package that has them. */
const TEST_PROGRAMS = [{ program: 'chromium', debianPackage: 'chromium', usedBy: 'the GraphiQL page' }];

/**
 * Makes sure that the tests find the programs that they need: in CI, where nothing may be skipped, installs them from Debian.
 *
 * @returns a sentence for each that is missing; its tests skip themselves.
 * @throws SetupError where it is CI and they cannot be installed.
 */
export async function ensureTestPrograms(): Promise<string[]> {
  const missing = TEST_PROGRAMS.filter(({ program }) => findOnPath(program) === undefined);
  if (!isCI())
    return missing.map(({ program, usedBy }) => `No ${program} here: the tests of ${usedBy} are skipped.`);
  if (missing.length > 0) await installDebianPackages(missing.map(({ debianPackage }) => debianPackage));
  return [];
}

/** Whether this runs where everything has to be there. */
export function isCI(): boolean {
  return process.env['CI'] === 'true';
}

/** The file behind a command of PATH. */
export function findOnPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

async function installDebianPackages(packages: string[]): Promise<void> {
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...packages]]) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const asRoot = process.getuid?.() === 0 ? ['apt-get', ...args] : ['sudo', '-n', 'apt-get', ...args];
    const { code, output } = await runProgram(asRoot[0] ?? '', asRoot.slice(1), { env });
    if (code === 0) continue;
    const lastLine = output.trim().split('\n').at(-1);
    throw new SetupError(
      `"apt-get install ${packages.join(' ')}" failed (CI installs what tests need): ${lastLine}`,
    );
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
