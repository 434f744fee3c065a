import { compose, writeComposed } from './compose.ts';
import { migrateAll } from './database/migrate.ts';
import { announcement } from './development/announcement.ts';
import { watchSources } from './development/changes.ts';
import { type ProgramName, type System, startSystem } from './development/system.ts';
import { generate } from './generate.ts';
import { createStopSignal } from './processes/lifetime.ts';
import { runMain, SetupError, step } from './terminal.ts';

const WATCHED = ['gateway', 'observability', 'platform', 'prisma', 'proto', 'schema', 'subgraphs'];
/** What each program has loaded. The gateway reads the supergraph anew by itself. */
const LOADED_BY: Record<ProgramName, RegExp> = {
  services: /^(observability|platform|prisma|proto|schema|subgraphs)\//,
  gateway: /^(gateway|observability|platform|proto)\//,
};

/** `npm run dev`: as `npm start`, and what is edited takes effect at once. */
await runMain(async () => {
  const stopSignal = createStopSignal();
  const system = await startSystem(stopSignal);
  if (!system) return;
  console.log(announcement(system));
  console.log('Watching for changes.');
  void system.lost.then((name) =>
    console.log(`The ${name} process ended: it starts again with the next change.`),
  );
  watchSources(WATCHED, stopSignal, (paths) => takeEffect(system, paths));
  await new Promise<void>((resolve) => stopSignal.addEventListener('abort', () => resolve()));
  console.log('\nStopping …');
  await system.close();
});

/** A mistake in what was edited is shown, and mended by the next edit. */
async function takeEffect(system: System, paths: string[]): Promise<void> {
  console.log(`\nChanged: ${paths.join(', ')}`);
  const touches = (pattern: RegExp) => paths.some((path) => pattern.test(path));
  try {
    await generate();
    if (touches(/^schema\//)) writeComposed(compose());
    if (touches(/^prisma\//)) await migrateAll({ adminUrl: system.databaseUrl });
    for (const name of ['services', 'gateway'] as const) {
      if (touches(LOADED_BY[name])) await step(`Restarted ${name}`, () => system.restart(name));
    }
  } catch (error) {
    console.log(error instanceof SetupError ? error.message : error);
  }
}
