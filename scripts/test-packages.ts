import { generate } from './generate.ts';
import { PACKAGES } from './packages.ts';
import { createStopSignal } from './processes/lifetime.ts';
import { runMain, SetupError } from './terminal.ts';
import { runVitest } from './testing/vitest.ts';

/**
 * Takes away each package that the project is built on, and runs the test that is said to need it: it has to fail. With the
 * package there, `npm test` runs the same tests.
 */
await runMain(async () => {
  const stopSignal = createStopSignal();
  await generate();
  const unneeded: string[] = [];
  for (const { name, test } of PACKAGES) {
    if (stopSignal.aborted) break;
    console.log(`\n── ${test} without ${name}`);
    const options = `${process.env['NODE_OPTIONS'] ?? ''} --import ${new URL('./without-package.mjs', import.meta.url)}`;
    const env = { ...process.env, NODE_OPTIONS: options, WITHOUT_PACKAGE: name };
    const { failed } = await runVitest([test], stopSignal, env);
    if (failed === 0) unneeded.push(`${test} passes without ${name}`);
  }
  if (unneeded.length > 0) throw new SetupError(unneeded.join('\n'));
  console.log(`\nEach of ${PACKAGES.length} packages has a test that fails without it.`);
});
