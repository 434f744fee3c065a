import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { saveWorld } from './database/stored-world.ts';
import { servicesEnvironment } from './environment.ts';
import { generate } from './generate.ts';
import { createKeys } from './keys.ts';
import { ROOT } from './paths.ts';
import { seedWorld } from './seed.ts';
import { runMain } from './terminal.ts';
import { createTestDatabase, startTestServices } from './test-services.ts';

/**
 * `npm run stored-world`: keeps what this version stores in tests/stored, for the tests of those that come. Run it once, when a
 * version is given out.
 */
await runMain(async () => {
  await generate();
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const services = await startTestServices();
  const filesDirectory = mkdtempSync(join(tmpdir(), 'fitme-stored-'));
  try {
    const { urls, adminUrl } = await createTestDatabase(services.adminUrl);
    const names = Object.keys(urls);
    const parts = { databaseUrls: urls, redisUrl: services.redisUrl, addresses: {}, filesDirectory };
    await seedWorld(servicesEnvironment({ ...parts, keys: createKeys(names) }, names));
    const world = gzipSync(JSON.stringify(await saveWorld(adminUrl, version)), { level: 9 });
    const file = join('tests', 'stored', `${version}.json.gz`);
    mkdirSync(join(ROOT, 'tests', 'stored'), { recursive: true });
    writeFileSync(join(ROOT, file), world);
    console.log(`${file}, ${Math.ceil(world.length / 1_024)} KiB`);
  } finally {
    await services.close();
    rmSync(filesDirectory, { recursive: true, force: true });
  }
});
