import type { Fault } from './fault.ts';

/** What can be measured of a body, with the unit in which it is kept. */
export const unitOfKind = {
  BODY_WEIGHT: 'KILOGRAM',
  BODY_FAT: 'PERCENT',
  NECK: 'CENTIMETRE',
  SHOULDERS: 'CENTIMETRE',
  CHEST: 'CENTIMETRE',
  WAIST: 'CENTIMETRE',
  HIPS: 'CENTIMETRE',
  UPPER_ARM: 'CENTIMETRE',
  FOREARM: 'CENTIMETRE',
  THIGH: 'CENTIMETRE',
  CALF: 'CENTIMETRE',
} as const;

export type MeasurementKind = keyof typeof unitOfKind;
export type MeasurementUnit = 'KILOGRAM' | 'POUND' | 'PERCENT' | 'CENTIMETRE' | 'INCH';

/** A value in the unit in which its kind is kept, to the third decimal, or what is wrong with it. */
export function measured(
  kind: MeasurementKind,
  value: number,
  unit: MeasurementUnit,
): { value: number } | { fault: Fault } {
  const own = unitOfKind[kind];
  const factor = own === unit ? 1 : CONVERSIONS[unit]?.[own];
  if (factor === undefined) {
    const taken = [own, ...UNITS.filter((other) => CONVERSIONS[other]?.[own])].join(' or ');
    return { fault: { path: 'unit', message: `${kind} is measured in ${taken}.` } };
  }
  const converted = Math.round(value * factor * 1_000) / 1_000;
  const [least, most] = BOUNDS[own];
  if (!(converted >= least && converted <= most)) {
    const [from, to] = [least, most].map((bound) => Math.round((bound / factor) * 10) / 10);
    return { fault: { path: 'value', message: `takes ${from} to ${to} in this unit.` } };
  }
  return { value: converted };
}

/** The international pound and inch of 1959, exact. */
const CONVERSIONS: Partial<Record<MeasurementUnit, Partial<Record<MeasurementUnit, number>>>> = {
  POUND: { KILOGRAM: 0.45359237 },
  INCH: { CENTIMETRE: 2.54 },
};

const UNITS: readonly MeasurementUnit[] = ['KILOGRAM', 'POUND', 'PERCENT', 'CENTIMETRE', 'INCH'];

/** What bodies have, by the unit in which it is kept: beyond it somebody mistyped. */
const BOUNDS: Record<(typeof unitOfKind)[MeasurementKind], readonly [number, number]> = {
  KILOGRAM: [20, 500],
  PERCENT: [1, 75],
  CENTIMETRE: [10, 300],
};
