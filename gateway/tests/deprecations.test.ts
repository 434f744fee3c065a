import { buildSchema, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXECUTORS } from '#tests/executors.ts';
import { type Library, startLibrary } from '#tests/fixtures/library/library.ts';
import { deprecatedElements } from '../engine/document/deprecated-elements.ts';

describe.each(EXECUTORS)('ENGINE=%s', (ENGINE) => {
  describe('what is deprecated', () => {
    const schema = buildSchema(`
    enum Size { SMALL, LARGE @deprecated }
    input Filter { size: Size, colour: String @deprecated }
    type Book { title: String, name: String @deprecated(reason: "title") }
    interface Thing { id: ID @deprecated }
    type Shelf implements Thing { id: ID, books(filter: Filter, near: String @deprecated): [Book] }
    type Query { shelf: Shelf, thing: Thing }
  `);

    it.each([
      ['{ shelf { books(filter: { size: SMALL }) { title } } }', []],
      ['{ shelf { books { name again: name ...more } } } fragment more on Book { name }', ['Book.name']],
      ['{ shelf { books(near: "here") { title } } }', ['Shelf.books(near:)']],
      [
        '{ shelf { books(filter: { colour: "red", size: LARGE }) { title } } }',
        ['Filter.colour', 'Size.LARGE'],
      ],
      ['{ thing { id ... on Shelf { id } } }', ['Thing.id']],
      ['query ($size: Size = LARGE) { shelf { books(filter: { size: $size }) { title } } }', ['Size.LARGE']],
    ])('is found in %s', (document, elements) => {
      expect(deprecatedElements(schema, parse(document))).toEqual(elements);
    });
  });

  describe('a gateway', () => {
    let library: Library;
    beforeAll(async () => {
      library = await startLibrary({ ENGINE });
    });
    afterAll(() => library?.close());

    it('counts every operation that asks for what is deprecated, and no other', async () => {
      const ask = (query: string) =>
        fetch(`${library.gateway.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ query }),
        });
      for (let time = 0; time < 3; time += 1) await ask('query Old { oldBook { id } again: oldBook { id } }');
      await ask('query New { header(name: "x") }');
      const metrics = await (await fetch(`${library.gateway.url}/metrics`)).text();
      const counts = metrics.match(/^fitme_gateway_deprecated_uses_total\{.*$/gm);
      expect(counts).toEqual([
        'fitme_gateway_deprecated_uses_total{element="Query.oldBook",operation="Old"} 3',
      ]);
    });
  });
});
