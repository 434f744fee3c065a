/** The data behind the neutral supergraph, in the shape and amount of the public federation benchmark's. */

export interface Product {
  upc: string;
  name: string;
  price: number;
  weight: number;
}

export interface Review {
  id: string;
  upc: string;
  body: string;
}

export const USERS = ['Ada', 'Berta', 'Chen', 'Dina', 'Emil', 'Femi'].map((name, index) => ({
  id: String(index + 1),
  name: `${name} Benchmark`,
  username: `${name.toLowerCase()}.benchmark`,
  birthday: 19_700_101 + index,
}));

export const PRODUCTS: readonly Product[] = [
  ['Table', 899, 100],
  ['Couch', 1_299, 1_000],
  ['Glass', 15, 20],
  ['Chair', 499, 100],
  ['Screen', 1_299, 1_000],
  ['Lamp', 6_999, 300],
  ['Grill', 3_999, 2_000],
  ['Fridge', 100_000, 6_000],
  ['Sofa', 9_999, 800],
].map(([name, price, weight], index) => ({
  upc: String(index + 1),
  name: String(name),
  price: Number(price),
  weight: Number(weight),
}));

/** Product of each review, and how long its body is: those of the public benchmark, which give about 88 KB. */
const WRITTEN: readonly (readonly [upc: number, bodyLength: number])[] = [
  [1, 445],
  [1, 292],
  [1, 277],
  [1, 147],
  [2, 445],
  [2, 292],
  [2, 277],
  [2, 147],
  [3, 147],
  [4, 147],
  [4, 850],
];
const SENTENCE = 'It does what it is for, it came on the day that was promised, and I would buy it again. ';

export const REVIEWS: readonly Review[] = WRITTEN.map(([upc, length], index) => ({
  id: String(index + 1),
  upc: String(upc),
  body: SENTENCE.repeat(10).slice(0, length).trim(),
}));

/** In the public benchmark, the first person wrote all reviews ... */
export const AUTHOR = { id: '1', username: 'ada.benchmark' };

/** ... and everybody's reviews are the first two. */
export const REVIEWS_OF_ANYBODY = REVIEWS.slice(0, 2);
