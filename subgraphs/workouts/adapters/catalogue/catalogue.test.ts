import { expect, it } from 'vitest';
import { catalogue } from './exercises.ts';

it('holds eighty exercises or more, each once, each with instructions of its own', () => {
  expect(catalogue.length).toBeGreaterThanOrEqual(80);
  for (const field of ['slug', 'name', 'instructions'] as const)
    expect(new Set(catalogue.map((exercise) => exercise[field])).size, field).toBe(catalogue.length);
  for (const { slug, instructions, equipment, primary, secondary } of catalogue) {
    expect(slug).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(instructions.length, slug).toBeGreaterThan(60);
    expect([equipment.length, primary.length], slug).not.toContain(0);
    expect(
      secondary.filter((muscle) => primary.includes(muscle)),
      slug,
    ).toEqual([]);
  }
});
