import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

it("every domain's first migration is prisma/platform.sql", () => {
  const platform = readFileSync('prisma/platform.sql', 'utf8');
  const domains = readdirSync('prisma', { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(domains.length).toBeGreaterThanOrEqual(3);
  for (const { name } of domains) {
    const [first] = readdirSync(`prisma/${name}/migrations`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
    expect(readFileSync(`prisma/${name}/migrations/${first}/migration.sql`, 'utf8'), name).toBe(platform);
  }
});
