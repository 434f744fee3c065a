/**
 * What every npm script of this project begins with: it brings what is missing (the dependencies, and a Node 24 where this
 * machine's Node is older) and hands over to a TypeScript file. It needs Node 20 and nothing else.
 *
 *     node scripts/bootstrap.mjs start|dev|test [arguments]
 *     node scripts/bootstrap.mjs bench [arguments]
 *     node scripts/bootstrap.mjs run <file> [arguments]
 */
import { spawn } from 'node:child_process';
import {
  accessSync,
  chmodSync,
  copyFileSync,
  existsSync,
  constants as file,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { constants, homedir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The first with everything that is used: type stripping without a flag (22.18) and import.meta.main (24.2). */
const OLDEST_NODE = [24, 2];
const PARENT_CHECK_MS = 500;
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CACHE = cacheFolder();
const COMPILED = join(CACHE, 'compiled');

await main(process.argv.slice(2));

async function main([command, ...args]) {
  try {
    const script = scriptOf(command, args);
    if (script.length === 0)
      throw new Error('Usage: node scripts/bootstrap.mjs start|dev|test|bench|run <file> [arguments]');
    const runtime = await ensureRuntime();
    await ensureDependencies(runtime, ROOT, 'dependencies');
    if (command === 'bench') await ensureDependencies(runtime, join(ROOT, 'bench'), "the bench's peers");
    process.exitCode = await handOver(runtime, script);
  } catch (error) {
    console.error(`Failed: ${error.message}`);
    process.exitCode = 1;
  }
}

function scriptOf(command, args) {
  if (['start', 'dev', 'test'].includes(command)) return [`scripts/${command}.ts`, ...args];
  return command === 'bench' ? ['bench/main.ts', ...args] : args;
}

/** This Node where it is new enough, else one from npm in .cache/. */
async function ensureRuntime() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]))
    return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const nodeIn = (cache) => join(cache, 'runtime', 'node_modules', name, 'bin', 'node');
  const brought = [CACHE, join(ROOT, '.cache')].map(nodeIn).find((path) => existsSync(path));
  if (brought) return brought;
  const folder = join(CACHE, 'runtime');
  await step(`Bringing Node ${OLDEST_NODE[0]}, as this is Node ${process.versions.node}`, async () => {
    mkdirSync(dirname(folder), { recursive: true });
    const work = mkdtempSync(`${folder}-`);
    try {
      chmodSync(work, 0o755); // other users may share the checkout
      const quiet = ['--no-audit', '--no-fund', '--no-save', '--no-package-lock', '--ignore-scripts'];
      await npm(process.execPath, ROOT, ['install', '--prefix', work, ...quiet, `${name}@${OLDEST_NODE[0]}`]);
      if (!existsSync(nodeIn(CACHE))) renameSync(work, folder);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
  return nodeIn(CACHE);
}

/** Where things are kept that can be made again: FITME_CACHE_DIR, else .cache/, else (a read-only checkout) the user's own cache. */
function cacheFolder() {
  const { FITME_CACHE_DIR: named, XDG_CACHE_HOME: usual } = process.env;
  if (named) return resolve(ROOT, named);
  const own = join(ROOT, '.cache');
  if (isWritable(existsSync(own) ? own : ROOT)) return own;
  return join(usual || join(homedir(), '.cache'), 'fitme-graph');
}

function isWritable(folder) {
  try {
    accessSync(folder, file.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function ensureDependencies(runtime, folder, what) {
  if (isInstalled(folder)) return;
  if (!isWritable(folder))
    throw new Error(
      `${what} are not installed, and ${folder} cannot be written to: run "npm ci" where it can`,
    );
  await step(`Installing ${what} (a minute or so)`, () => install(runtime, folder));
}

/** Whether what npm says it has installed is what the lock file asks for. */
function isInstalled(folder) {
  const wanted = readPackages(join(folder, 'package-lock.json'));
  const installed = readPackages(join(folder, 'node_modules', '.package-lock.json'));
  const isMissing = ([path, { version, optional, devOptional, peer }]) =>
    path !== '' &&
    installed[path]?.version !== version &&
    !(installed[path] === undefined && (optional || devOptional || peer));
  return !Object.entries(wanted).some(isMissing);
}

/** Beside the old ones, whose place the new ones take when they are complete: for a second start, and one that is killed. */
async function install(runtime, folder) {
  const work = mkdtempSync(join(folder, 'node_modules.new-'));
  try {
    for (const name of ['package.json', 'package-lock.json'])
      copyFileSync(join(folder, name), join(work, name));
    await npm(runtime, work, ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
    if (isInstalled(folder)) return;
    const place = join(folder, 'node_modules');
    if (existsSync(place)) renameSync(place, join(work, 'old'));
    renameSync(join(work, 'node_modules'), place);
    rmSync(COMPILED, { recursive: true, force: true }); // nothing else takes out what was compiled from older files
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function readPackages(lockFile) {
  return existsSync(lockFile) ? JSON.parse(readFileSync(lockFile, 'utf8')).packages : {};
}

/** Runs npm under the given Node: what it installs depends on the Node that it sees. */
async function npm(node, folder, args) {
  const output = [];
  const child = spawn(node, [findNpm(), ...args], {
    cwd: folder,
    env: environment(node),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => output.push(data));
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  if (code === 0) return;
  const errors =
    Buffer.concat(output)
      .toString()
      .match(/^npm (?:error|ERR!) .+$/gm) ?? [];
  const cause = errors
    .map((line) => line.replace(/^npm (?:error|ERR!) /, ''))
    .filter((line) => !/^(code|errno|syscall|path|dest|A complete log)/.test(line));
  throw new Error(
    `"npm ${args[0]}" did not succeed; is the package registry within reach? ${cause[0] ?? `Exit code ${code}.`}`,
  );
}

function findNpm() {
  const { npm_execpath: running = '', PATH = '' } = process.env;
  if (running.endsWith('npm-cli.js')) return running;
  const found = PATH.split(delimiter)
    .map((folder) => join(folder, 'npm'))
    .find((file) => existsSync(file));
  if (!found) throw new Error('There is no npm on PATH: it comes with Node, from https://nodejs.org');
  return realpathSync(found);
}

/** Programs that the script starts, and theirs, find the same Node, and what it has compiled before: they start in half the time. */
function environment(runtime) {
  return {
    NODE_COMPILE_CACHE: COMPILED,
    ...process.env,
    FITME_CACHE_DIR: CACHE,
    NODE: runtime,
    npm_node_execpath: runtime,
    PATH: `${dirname(runtime)}${delimiter}${process.env.PATH}`,
  };
}

/** Runs the script in this process's place: same terminal, signals passed on, its exit code for ours. */
async function handOver(runtime, script) {
  const child = spawn(runtime, script, { cwd: ROOT, env: environment(runtime), stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm may be killed outright, which nobody tells its children: they only get another parent.
  const parent = process.ppid;
  const watch = setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), PARENT_CHECK_MS);
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('exit', (...exit) => resolve(exit)).once('error', reject);
  });
  clearInterval(watch);
  return code ?? 128 + constants.signals[signal];
}

async function step(name, work) {
  console.log(`… ${name}`);
  const began = Date.now();
  await work();
  console.log(`✔ ${name} ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
