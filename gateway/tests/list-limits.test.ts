import { buildSchema, type DocumentNode, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { checkLists } from '../apollo/use-list-limits.ts';

const schema = buildSchema(/* GraphQL */ `
  type Query { shelf(first: Int): Shelf, book: Book }
  type Shelf { books(first: Int, last: Int): [Book] }
  type Book { title: String, writers(first: Int): [Writer] }
  type Writer { books(last: Int): [Book] }
`);

/** The number of items that an operation is found to hold. */
function itemsOf(source: string, variables: Record<string, unknown> = {}): number {
  const document: DocumentNode = parse(source);
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new Error('no operation');
  try {
    checkLists({ schema, document, operation, variables }, { pageSize: 100, listItems: -1 });
  } catch (error) {
    return Number(/hold (\d+) items/.exec(String(error))?.[1]);
  }
  throw new Error('not refused');
}

describe('the items of an operation', () => {
  it('are those of its lists together, lists within lists multiplied', () => {
    expect(itemsOf('{ book { title } }')).toBe(0);
    expect(itemsOf('{ book { writers(first: 7) { books(last: 3) { title } } } }')).toBe(7 + 7 * 3);
    expect(
      itemsOf('{ book { a: writers(first: 7) { __typename } b: writers(first: 5) { __typename } } }'),
    ).toBe(12);
  });

  it('are counted by variables and their defaults', () => {
    const source = 'query ($n: Int = 4) { book { writers(first: $n) { __typename } } }';
    expect(itemsOf(source)).toBe(4);
    expect(itemsOf(source, { n: 9 })).toBe(9);
  });

  it('are taken for 20 where a list is asked for without length', () => {
    expect(itemsOf('{ book { writers { __typename } } }')).toBe(20);
  });

  it('are found in fragments, in a time that does not grow with how often they are spread', () => {
    const depth = 40;
    const fragments = Array.from(
      { length: depth },
      (_none, index) => `fragment F${index} on Book { ...F${index + 1} ...F${index + 1} }`,
    );
    const last = `fragment F${depth} on Book { writers(first: 1) { __typename } }`;
    expect(itemsOf(`{ book { ...F0 } } ${fragments.join(' ')} ${last}`)).toBe(2 ** depth);
  });
});

it('a page that is too large is refused by name', () => {
  const document = parse('{ book { writers(first: 101) { __typename } } }');
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new Error('no operation');
  const check = () =>
    checkLists({ schema, document, operation, variables: {} }, { pageSize: 100, listItems: 5_000 });
  expect(check).toThrow(/first: at most 100/);
});
