import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { makeManifest } from '../operations/manifest.ts';
import { ROOT } from '../paths.ts';

const SCHEMA = buildSchema('type Query { book(id: ID!): Book } type Book { id: ID! title: String! }');
const make = (files: Record<string, string>) =>
  makeManifest(
    Object.entries(files).map(([path, text]) => ({ path, text })),
    SCHEMA,
  );

test('a document holds one operation and the fragments that it uses, from whichever file', () => {
  const { format, version, operations } = make({
    'b.graphql': 'query B { book(id: 1) { ...Z ...A } }  query A { book(id: 1) { id } }',
    'a.graphql': 'fragment Z on Book { id } fragment A on Book { ...Z title }',
  });
  expect({ format, version }).toEqual({ format: 'apollo-persisted-query-manifest', version: 1 });
  expect(operations.map(({ name, type }) => [name, type])).toEqual([
    ['A', 'query'],
    ['B', 'query'],
  ]);
  const [, { id, body } = { id: '', body: '' }] = operations;
  expect(body).toBe(
    'query B {\n  book(id: 1) {\n    ...Z\n    ...A\n  }\n}\n\n' +
      'fragment A on Book {\n  ...Z\n  title\n}\n\nfragment Z on Book {\n  id\n}',
  );
  expect(id).toBe(createHash('sha256').update(body).digest('hex'));
});

test('an id stays the same however the file is formatted', () => {
  const [one, other] = [
    'query A { book(id: 1) { id title } }',
    '# Mine\nquery A\n{\n  book(id: 1,) { id, title }\n}',
  ].map((text) => make({ 'a.graphql': text }).operations[0]?.id);
  expect(one).toBe(other);
});

test.each([
  ['query A { book(id: 1) { id } }\nquery B { book(id: 1) { colour } }', /b\.graphql:2:25: .*"colour"/],
  ['query A {\n  book(id: 1', /b\.graphql:2:13: Syntax Error/],
  ['{ book(id: 1) { id } }', /b\.graphql:1:1: Give this operation a name/],
  ['query A { book(id: 1) { ...Nothing } }', /b\.graphql:1:28: Unknown fragment "Nothing"/],
  ['query Same { book(id: 1) { id } }', /graphql:1:7: There can be only one operation named "Same"/],
])('%s is refused, and where it stands is said', (text, message) => {
  expect(() => make({ 'a.graphql': 'query Same { book(id: 1) { id } }', 'b.graphql': text })).toThrow(
    message,
  );
});

test('the command writes a manifest for the demo operations, and names the line of a fault', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'operations-'));
  try {
    const run = (...args: string[]) =>
      promisify(execFile)(process.execPath, [join(ROOT, 'scripts/operations.ts'), ...args]);
    const output = join(folder, 'manifest.json');
    await run(join(ROOT, 'schema/operations'), output);
    const { operations } = JSON.parse(await readFile(output, 'utf8'));
    expect(operations.map(({ type }: { type: string }) => type)).toContain('subscription');
    await writeFile(join(folder, 'bad.graphql'), 'query Bad {\n  nothing\n}');
    await expect(run(folder, output)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('bad.graphql:2:3'),
    });
    expect(JSON.parse(await readFile(output, 'utf8')).operations).toEqual(operations);
  } finally {
    await rm(folder, { recursive: true });
  }
});
