import { describe, expect, expectTypeOf, it } from 'vitest';
import { mapEnum } from '../enums.ts';

const Colour = { COLOUR_UNSPECIFIED: 'COLOUR_UNSPECIFIED', COLOUR_RED: 'COLOUR_RED' } as const;
const colours = mapEnum(Colour, 'COLOUR_');

describe('an enum mapping', () => {
  it('takes the prefix away and puts it back', () => {
    expect(colours.nameOf('COLOUR_RED')).toBe('RED');
    expect(colours.requiredNameOf('COLOUR_RED')).toBe('RED');
    expect(colours.valueOf('RED')).toBe('COLOUR_RED');
  });

  it('turns UNSPECIFIED into null and back', () => {
    expect(colours.nameOf('COLOUR_UNSPECIFIED')).toBeNull();
    expect(colours.valueOf(null)).toBe('COLOUR_UNSPECIFIED');
    expect(colours.valueOf(undefined)).toBe('COLOUR_UNSPECIFIED');
  });

  it('refuses UNSPECIFIED where a value is promised', () => {
    expect(() => colours.requiredNameOf('COLOUR_UNSPECIFIED')).toThrow('COLOUR_UNSPECIFIED');
  });

  it('knows its names by type', () => {
    expectTypeOf(colours.requiredNameOf).returns.toEqualTypeOf<'RED'>();
    expectTypeOf(colours.valueOf).parameter(0).toEqualTypeOf<'RED' | null | undefined>();
  });
});
