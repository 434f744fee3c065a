import { buildSchema, parse, validate } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXECUTORS } from '#tests/executors.ts';
import { documentLimits } from '../validation/document-limits.ts';
import { type GuardedGateway, type GuardedGraph, startGuardedGraph } from './guarded-graph.ts';

describe.each(EXECUTORS)('ENGINE=%s', (ENGINE) => {
  let graph: GuardedGraph;
  let gateway: GuardedGateway;

  beforeAll(async () => {
    graph = await startGuardedGraph(ENGINE);
    gateway = await graph.start({ LIMIT_DIRECTIVES: '4', LIMIT_ROOT_FIELDS: '3' });
  });
  afterAll(async () => {
    await gateway?.close();
    await graph?.close();
  });

  const times = (count: number, text: string | ((index: number) => string)) =>
    Array.from({ length: count }, (_none, index) => (typeof text === 'string' ? text : text(index))).join(
      ' ',
    );

  describe('a gateway refuses', () => {
    it.each([
      ['directives', `{ open ${times(5, '... @skip(if: false) { open }')} }`, /more than 4 directives/],
      ['root fields', '{ open grade stamp things { __typename } }', /begins with more than 3 fields/],
      [
        'root fields in fragments',
        '{ open ...A } fragment A on Query { grade ... { ...B } } fragment B on Query { stamp things { __typename } }',
        /begins with more than 3 fields/,
      ],
      ['one field over and over', `{ person(id: "1") { ${times(51, 'name')} } }`, /more than 50 times/],
    ])('too many %s', async (_what, query, message) => {
      const answer = await gateway.ask(query);
      expect(answer.status).toBe(400);
      expect(answer.errors).toMatchObject([
        { message: expect.stringMatching(message), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
      ]);
    });

    it('none that keep to the limits', async () => {
      expect((await gateway.ask(`{ person(id: "1") { ${times(50, 'name')} } }`)).errors).toBeUndefined();
      const query = `{ open ${times(4, '... @skip(if: false) { open }')} ...A ...A } fragment A on Query { open ... { a: open b: open } }`;
      expect((await gateway.ask(query)).errors).toBeUndefined();
    });
  });

  describe('a hostile document', () => {
    const schema = buildSchema('type Query { a: Query b: Query leaf: Int }');
    const limits = documentLimits({ depth: 15, aliases: 30, directives: 50, rootFields: 30 });
    const messages = (source: string) =>
      validate(schema, parse(source), limits).map(({ message }) => message);

    // Written out, or compared pair by pair, these would take days.
    it.each([
      [
        'fragments that spread the next one twice',
        `{ ...F0 } ${times(300, (index) => `fragment F${index} on Query { ...F${index + 1} ...F${index + 1} }`)}
       fragment F300 on Query { leaf }`,
        /more than 10000 fields/,
      ],
      [
        'fragments that nest the next one twice',
        `{ ...F0 } ${times(300, (index) => `fragment F${index} on Query { a { ...F${index + 1} } b { ...F${index + 1} } }`)}
       fragment F300 on Query { leaf }`,
        /301 fields deep/,
      ],
      [
        'fragments that spread one another in circles',
        `{ ...F0 } ${times(300, (index) => `fragment F${index} on Query { ${times(3, `...F${(index + 1) % 300}`)} a { ...F0 } }`)}`,
        /more than 10000 fields/,
      ],
      [
        'a field that is repeated in every field',
        `{ ${times(40, `a { ${times(40, 'b { leaf }')} }`)} }`,
        /more than 50 times/,
      ],
      [
        'inline fragments that repeat a field',
        `{ ${times(600, '... { a { leaf } }')} }`,
        /more than 50 times/,
      ],
      ['a long chain of fields', `${'{ a '.repeat(900)} { leaf } ${'}'.repeat(900)}`, /901 fields deep/],
      ['aliases', `{ ${times(600, (index) => `f${index}: leaf`)} }`, /more than 30 aliases/],
      ['directives', `{ ${times(300, 'leaf @skip(if: true)')} }`, /more than 50 directives/],
    ])('with %s is refused in no time', (_what, source, message) => {
      expect(messages(source)).toContainEqual(expect.stringMatching(message));
    });

    it('is told from one that asks for a field in many fragments', () => {
      const fragments = times(80, (index) => `fragment F${index} on Query { leaf a { leaf } }`);
      expect(
        messages(
          `{ ${times(10, (index) => `...F${index}`)} b { ${times(80, (index) => `...F${index}`)} } } ${fragments}`,
        ),
      ).toEqual([]);
    });
  });
});
