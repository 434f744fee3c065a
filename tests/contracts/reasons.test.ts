import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const registry = readFileSync('proto/fitme/errors/v1/reasons.proto', 'utf8');
const words = [...registry.matchAll(/^ {2}([A-Z_]+) = \d+;$/gm)].map(([, word = '']) => word);
const sources = globSync('{gateway,platform,subgraphs}/**/*.ts', {
  exclude: (path) => /tests$|\.test\.ts$/.test(path),
})
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

it('every word of the registry of reasons is said by something', () => {
  expect(words.length).toBeGreaterThan(50);
  const [none, ...said] = words;
  expect(none).toBe('ERROR_REASON_UNSPECIFIED');
  expect(said.filter((word) => !sources.includes(`'${word}'`))).toEqual([]);
});

it('every word says of which code it is, what happened, and its parameters', () => {
  const codes =
    'INVALID_ARGUMENT|UNAUTHENTICATED|PERMISSION_DENIED|NOT_FOUND|ALREADY_EXISTS|CONFLICT|FAILED_PRECONDITION|RESOURCE_EXHAUSTED|DEADLINE_EXCEEDED|CANCELLED|UNAVAILABLE|INTERNAL';
  const told = new RegExp(`^ {2}// (?:${codes})(?: or (?:${codes}))?: .+\\.?\\n {2}([A-Z_]+) = \\d+;$`, 'gm');
  const described = [...registry.matchAll(told)].map(([, word]) => word);
  expect(described).toEqual(words.slice(1));
});
