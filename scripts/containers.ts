import { join } from 'node:path';
import { readDomains } from './database/domains.ts';
import { migrateAll } from './database/migrate.ts';
import { gatewayEnvironment, type Network, servicesEnvironment, writeVariables } from './environment.ts';
import { loadKeys } from './keys.ts';
import { seed } from './seed.ts';
import { runMain, SetupError, step } from './terminal.ts';

/** The ports of every container: docker-compose.yml publishes those that are for people. */
const PORTS = { gateway: 4000, http: 4001, grpc: 50_051 };
/** A volume, which set-up shares with the domain files. */
const FILES_DIRECTORY = '/var/lib/fitme/files';
/** Whoever comes from one of Docker's own networks is one of our own containers. */
const CONTAINER_NETWORKS = '10.0.0.0/8,172.16.0.0/12,192.168.0.0/16';
/** A container has ten seconds between SIGTERM and SIGKILL. */
const SHUTDOWN_TIMEOUT_MS = '8000';

/**
 * What docker-compose.yml runs before the processes of the graph: brings the tables up to date, makes the demo world, and
 * writes each process's variables, keys among them, to `<folder>/<role>.env` for `node --env-file`. Run again, it keeps
 * the keys, and changes nothing that is as it should be.
 *
 *     DATABASE_URL=... REDIS_URL=... node scripts/containers.ts <folder>
 */
await runMain(async () => {
  const [folder] = process.argv.slice(2);
  const { DATABASE_URL: adminUrl, REDIS_URL: redisUrl } = process.env;
  if (!folder || !adminUrl || !redisUrl)
    throw new SetupError('Usage: DATABASE_URL=... REDIS_URL=... node scripts/containers.ts <folder>');
  const domains = readDomains().map(({ name }) => name);
  const databaseUrls = await step('Migrations', () => migrateAll({ adminUrl }));
  const network: Network = {
    databaseUrls,
    redisUrl,
    addresses: Object.fromEntries(
      domains.map((host) => [host, { host, httpPort: PORTS.http, grpcPort: PORTS.grpc }]),
    ),
    keys: loadKeys(join(folder, 'keys.json'), [...domains, 'gateway']),
    filesDirectory: FILES_DIRECTORY,
  };
  for (const name of domains) write(folder, name, servicesEnvironment(network, [name]));
  write(folder, 'gateway', gatewayEnvironment(network, PORTS.gateway));
  await step('Demo world', () => seed({ ...process.env, ...servicesEnvironment(network, domains) }));
});

function write(folder: string, role: string, variables: Record<string, string>): void {
  writeVariables(join(folder, `${role}.env`), {
    ...variables,
    HOST: '0.0.0.0',
    TRUSTED_PROXIES: CONTAINER_NETWORKS,
    SHUTDOWN_TIMEOUT_MS,
  });
}
