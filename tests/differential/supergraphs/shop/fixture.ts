import { type Fixture, Ref, refOf, refsOf } from '../../world.ts';

const user = (id: string) => new Ref('User', id);
const product = (id: string) => new Ref('Product', id);
const review = (id: string) => new Ref('Review', id);
const warehouse = (id: string) => new Ref('Warehouse', id);

/** Products by several keys, one of them compound; @requires with arguments and nested; @provides; a version 1 subgraph. */
export const shop: Fixture = {
  name: 'shop',
  records: () => ({
    Product: Object.fromEntries(
      [0, 1, 2, 3, 4].map((n) => [
        `p${n}`,
        {
          id: `p${n}`,
          sku: `sku${n % 3}`,
          region: { code: n < 3 ? 'eu' : 'us' },
          name: n === 4 ? null : `Product ${n}`,
          category: n % 2 === 0 ? 'TOOL' : 'TOY',
          weight: n === 2 ? null : 10 * n,
          dimensions: n === 3 ? null : { width: n, height: n + 1 },
          internalCode: `code${n}`,
          inStock: n !== 1,
          stock: n * 7,
          warehouse: n === 0 ? null : warehouse(`w${n % 2}`),
          allReviews: n === 4 ? [] : [review(`r${n}`), review('r0')],
          averageStars: n + 0.5,
          seller: user(`u${n % 3}`),
        },
      ]),
    ),
    Warehouse: {
      w0: { id: 'w0', city: 'Ghent', manager: user('u0'), products: [product('p2'), product('p4')] },
      w1: { id: 'w1', city: 'Lund', manager: null, products: [product('p1'), product('p3'), product('p1')] },
    },
    Review: Object.fromEntries(
      [0, 1, 2, 3].map((n) => [
        `r${n}`,
        {
          id: `r${n}`,
          stars: n === 1 ? null : n,
          text: `Text ${n}`,
          product: product(`p${n}`),
          author: n === 2 ? null : user(`u${n % 3}`),
        },
      ]),
    ),
    User: Object.fromEntries(
      [0, 1, 2].map((n) => [
        `u${n}`,
        {
          id: `u${n}`,
          name: `User ${n}`,
          email: `u${n}@example.org`,
          manager: n === 0 ? null : user(`u${n - 1}`),
          friends: [user(`u${(n + 1) % 3}`), user(`u${(n + 2) % 3}`)],
          reviews: n === 2 ? null : [review(`r${n}`), null, review('r3')],
        },
      ]),
    ),
  }),
  computed: {
    'Query.products': (_read, { category, first }: { category?: string; first?: number }, world) =>
      refsOf(world, 'Product')
        .filter(({ id }) => !category || world.records['Product']?.[id]?.['category'] === category)
        .slice(0, first ?? 3),
    'Query.product': (_read, { id }: { id: string }, world) => (id.startsWith('p') ? refOf(world, id) : null),
    'Query.bySku': (_read, { sku }: { sku: string }, world) =>
      refsOf(world, 'Product').find(({ id }) => world.records['Product']?.[id]?.['sku'] === sku) ?? null,
    'Query.warehouses': (_read, _args, world) => refsOf(world, 'Warehouse'),
    'Query.topReviews': (_read, { first }: { first?: number }, world) => [
      ...refsOf(world, 'Review').slice(0, first ?? 2),
      null,
    ],
    'Query.me': () => user('u1'),
    'Query.user': (_read, { id }: { id: string }, world) => (id.startsWith('u') ? refOf(world, id) : null),
    'Query.users': (_read, _args, world) => refsOf(world, 'User'),
    'Product.price': (read, { currency }: { currency?: string }) =>
      Number(read<string>('id').slice(1)) * (currency === 'USD' ? 110 : 100),
    'Product.reviews': (read, { first }: { first?: number }) =>
      read<Ref[]>('allReviews').slice(0, first ?? 10),
    'Product.shippingCost': (read, { express }: { express?: boolean }) => {
      const weight = read<number | null>('weight') ?? 1_000;
      const size = read<{ width: number; height: number } | null>('dimensions');
      return (weight + (size === null ? 500 : size.width * size.height)) * (express ? 2 : 1);
    },
    'Product.tariff': (read) => {
      const price = read<number | null>('price');
      return price === null ? null : price + 1;
    },
  },
};
