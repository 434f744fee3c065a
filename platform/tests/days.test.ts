import { describe, expect, it } from 'vitest';
import { addDays, dayOf, daysBetween, isDay, mondayOf, weekdayOf } from '../days.ts';

describe('days', () => {
  it("are those of the person's time zone", () => {
    const instant = Date.UTC(2026, 2, 1, 23, 30);
    expect(dayOf(instant, 'UTC')).toBe('2026-03-01');
    expect(dayOf(instant, 'Europe/Zurich')).toBe('2026-03-02');
    expect(dayOf(new Date(instant), 'America/Los_Angeles')).toBe('2026-03-01');
    expect(dayOf(instant, 'Pacific/Kiritimati')).toBe('2026-03-02');
  });

  it('change at midnight on the days on which clocks change', () => {
    // Zurich goes from UTC+1 to UTC+2 on 29 March 2026.
    expect(dayOf(Date.UTC(2026, 2, 28, 22, 59), 'Europe/Zurich')).toBe('2026-03-28');
    expect(dayOf(Date.UTC(2026, 2, 28, 23, 0), 'Europe/Zurich')).toBe('2026-03-29');
    expect(dayOf(Date.UTC(2026, 2, 29, 21, 59), 'Europe/Zurich')).toBe('2026-03-29');
    expect(dayOf(Date.UTC(2026, 2, 29, 22, 0), 'Europe/Zurich')).toBe('2026-03-30');
  });

  it('are counted over months, years and leap days', () => {
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31');
    expect(daysBetween('2026-03-28', '2026-03-30')).toBe(2);
    expect(daysBetween('2026-01-01', '2025-12-31')).toBe(-1);
  });

  it('belong to the week that their Monday begins', () => {
    expect(['2026-11-23', '2026-11-26', '2026-11-29'].map(mondayOf)).toEqual(Array(3).fill('2026-11-23'));
    expect(weekdayOf('2026-11-23')).toBe(1);
    expect(weekdayOf('2026-11-29')).toBe(7);
  });

  it('are those that the calendar has', () => {
    expect(['2026-02-28', '2028-02-29'].every(isDay)).toBe(true);
    expect(['2026-02-29', '2026-2-1', '26-02-01', '', 'today', '2026-13-01'].some(isDay)).toBe(false);
  });
});
