import type { PlanContent, PlanWeek } from './plan-content.ts';

/** When a day of a plan is due, counted from the plan's first day. */
export interface DueDay {
  /** From 1. */
  weekNumber: number;
  /** From 1, within the week. */
  dayNumber: number;
  name: string;
  /** Days from the first day of the plan's first week, which is 0. */
  offset: number;
}

/**
 * When the days of a plan are due. A plan's weeks have seven days each, from the weekday on which the plan begins: a day
 * with a weekday is due on it, days without are spread evenly.
 *
 * @param startWeekday - 1 where the plan begins on a Monday, to 7 on a Sunday.
 */
export function scheduleOf({ weeks }: PlanContent, startWeekday: number): DueDay[] {
  return weeks.flatMap((week, index) =>
    week.days.map(({ name }, place) => ({
      weekNumber: index + 1,
      dayNumber: place + 1,
      name,
      offset: index * 7 + offsetIn(week, place, startWeekday),
    })),
  );
}

/** How long a plan takes, in days. */
export function lengthInDays({ weeks }: PlanContent): number {
  return weeks.length * 7;
}

function offsetIn({ days }: PlanWeek, place: number, startWeekday: number): number {
  const weekday = days[place]?.weekday ?? null;
  return weekday === null ? Math.floor((place * 7) / days.length) : (weekday - startWeekday + 7) % 7;
}
