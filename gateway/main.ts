import { processEnvironment } from '#platform/config.ts';
import { runProcess } from '#platform/run-process.ts';
import { readGatewayConfig } from './config/config.ts';
import { createGateway } from './server.ts';

await runProcess(async () => createGateway(readGatewayConfig(processEnvironment())));
