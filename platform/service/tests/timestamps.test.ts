import { describe, expect, it } from 'vitest';
import { dateOf, millisecondsOf, requiredDateOf, timestampOf } from '../timestamps.ts';

describe('timestamps', () => {
  it.each([0, 1, 999, 1_000, 1_793_000_000_123, -1, -1_000, -1_500])(
    'keep %d milliseconds both ways',
    (instant) => {
      expect(millisecondsOf(timestampOf(instant))).toBe(instant);
      expect(dateOf(timestampOf(new Date(instant))).getTime()).toBe(instant);
    },
  );

  it('count nanoseconds upwards, also before 1970', () => {
    expect(timestampOf(-1_500)).toEqual({ seconds: '-2', nanos: 500_000_000 });
  });

  it('keep null', () => {
    expect(timestampOf(null)).toBeNull();
    expect(dateOf(null)).toBeNull();
  });

  it('refuse null where one is promised', () => {
    expect(() => requiredDateOf(null)).toThrow('missing');
  });
});
