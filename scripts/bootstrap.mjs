/**
 * What every npm script of this project begins with: it brings what is missing (the dependencies, and a Node 24 where this
 * machine's Node is older) and hands over to a TypeScript file. It needs Node 20 and nothing else.
 *
 *     node scripts/bootstrap.mjs start|dev|test [arguments]
 *     node scripts/bootstrap.mjs bench [arguments]
 *     node scripts/bootstrap.mjs run <file> [arguments]
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The first with everything that is used: type stripping without a flag (22.18) and import.meta.main (24.2). */
const OLDEST_NODE = [24, 2];
const PARENT_CHECK_MS = 500;
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

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
  const folder = join(ROOT, '.cache', 'runtime');
  const node = join(folder, 'node_modules', name, 'bin', 'node');
  if (existsSync(node)) return node;
  await step(`Bringing Node ${OLDEST_NODE[0]}, as this is Node ${process.versions.node}`, async () => {
    mkdirSync(dirname(folder), { recursive: true });
    const work = mkdtempSync(`${folder}-`);
    try {
      const quiet = ['--no-audit', '--no-fund', '--no-save', '--no-package-lock', '--ignore-scripts'];
      await npm(process.execPath, ROOT, ['install', '--prefix', work, ...quiet, `${name}@${OLDEST_NODE[0]}`]);
      if (!existsSync(node)) renameSync(work, folder);
    } finally {
      rmSync(work, { recursive: true, force: true });
    }
  });
  return node;
}

/** npm leaves its own account of what it installed: where that is not what the lock file says, installs anew. */
async function ensureDependencies(runtime, folder, what) {
  const wanted = readPackages(join(folder, 'package-lock.json'));
  const installed = readPackages(join(folder, 'node_modules', '.package-lock.json'));
  const isMissing = ([path, { version, optional, devOptional, peer }]) =>
    path !== '' &&
    installed[path]?.version !== version &&
    !(installed[path] === undefined && (optional || devOptional || peer));
  if (!Object.entries(wanted).some(isMissing)) return;
  await step(`Installing ${what} (a minute or so)`, () =>
    npm(runtime, folder, ['ci', '--ignore-scripts', '--no-audit', '--no-fund']),
  );
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
    .filter((line) => !/^(code|errno|A complete log)/.test(line));
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
    NODE_COMPILE_CACHE: join(ROOT, '.cache', 'compiled'),
    ...process.env,
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
