import { processEnvironment } from '#platform/config.ts';
import { readHostConfig } from '#platform/host/config.ts';
import { createHost } from '#platform/host/host.ts';
import { runProcess } from '#platform/run-process.ts';
import { domains } from './domains.ts';

await runProcess(async () => createHost(readHostConfig(processEnvironment(), domains), domains));
