import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ROOT } from '../paths.ts';
import { runTool, toolPath } from '../processes/tool.ts';

const folder = mkdtempSync(join(ROOT, '.cache', 'client-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('the database client of a domain is what Prisma makes of its schema', async () => {
  cpSync('prisma/notifications/schema.prisma', join(folder, 'prisma/notifications/schema.prisma'));
  // As for gen/ itself: any program will do as the engine that is not used.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath };
  const schema = join(folder, 'prisma/notifications/schema.prisma');
  const { code, output } = await runTool(toolPath('prisma'), ['generate', '--schema', schema, '--no-hints'], {
    env,
  });
  expect(code, output).toBe(0);
  const made = join(folder, 'gen/prisma/notifications');
  const files = readdirSync(made, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(3);
  for (const file of files) {
    const present = readFileSync(join('gen/prisma/notifications', file), 'utf8');
    expect(readFileSync(join(made, file), 'utf8'), file).toBe(present);
  }
});
