import { join } from 'node:path';
import { announcement } from './development/announcement.ts';
import { startSystem } from './development/system.ts';
import { LOGS_DIR, shownPath } from './paths.ts';
import { createStopSignal } from './processes/lifetime.ts';
import { runMain, SetupError, seconds } from './terminal.ts';

/** `npm start`: the whole graph on this machine, until Ctrl-C. */
await runMain(async () => {
  const began = performance.now();
  const stopSignal = createStopSignal();
  const system = await startSystem(stopSignal);
  if (!system) return;
  console.log(announcement(system));
  console.log(`Ready after ${seconds(began)}.`);

  const stop = new Promise<void>((resolve) => stopSignal.addEventListener('abort', () => resolve()));
  const lost = await Promise.race([stop, system.lost]);
  console.log('\nStopping …');
  await system.close();
  if (lost)
    throw new SetupError(
      `The ${lost} process ended by itself; its last words stand in ${shownPath(join(LOGS_DIR, `${lost}.log`))}`,
    );
  console.log('Stopped.');
});
