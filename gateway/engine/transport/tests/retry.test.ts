import { describe, expect, it } from 'vitest';
import { backOffMs, createRetryBudget, retryAfterMs } from '../retry.ts';

describe('the budget', () => {
  it('allows a few a second where nothing was earned', () => {
    let nowMs = 0;
    const budget = createRetryBudget({ ratio: 0.1, perSecond: 3, now: () => nowMs });
    const taken = () => Array.from({ length: 10 }, () => budget.withdraw()).filter(Boolean).length;
    expect(taken()).toBe(3);
    nowMs += 1_000;
    expect(taken()).toBe(3);
  });

  it('allows a tenth of the fetches beside', () => {
    const budget = createRetryBudget({ ratio: 0.1, perSecond: 0, now: () => 0 });
    let retries = 0;
    for (let fetch = 0; fetch < 1_000; fetch += 1) {
      budget.deposit();
      if (budget.withdraw()) retries += 1;
    }
    expect(retries).toBeGreaterThan(85);
    expect(retries).toBeLessThanOrEqual(100);
  });

  it('saves up no more than ten seconds of calm', () => {
    let nowMs = 0;
    const budget = createRetryBudget({ ratio: 0.1, perSecond: 3, now: () => nowMs });
    for (let fetch = 0; fetch < 100_000; fetch += 1) budget.deposit();
    nowMs += 3_600_000;
    let retries = 0;
    while (budget.withdraw()) retries += 1;
    expect(retries).toBe(31);
  });
});

describe('the back-off', () => {
  it('doubles its bound, and stays below a second', () => {
    const longest = [1, 2, 3, 4, 5, 20].map((retry) => backOffMs(retry, 0, () => 1));
    expect(longest).toEqual([50, 100, 200, 400, 800, 1_000]);
    expect(backOffMs(5, 0, () => 0)).toBe(0);
  });

  it('adds to what the subgraph asked for', () => {
    expect(backOffMs(1, 2_000, () => 0.5)).toBe(2_025);
  });
});

it.each([
  ['2', 2_000],
  ['Thu, 01 Jan 1970 00:00:05 GMT', 4_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('reads Retry-After %s', (header, ms) => {
  expect(retryAfterMs(header, 1_000)).toBe(ms);
});
