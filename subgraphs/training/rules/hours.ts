/** A day of the week, as the contracts call it. */
export type Weekday = 'MONDAY' | 'TUESDAY' | 'WEDNESDAY' | 'THURSDAY' | 'FRIDAY' | 'SATURDAY' | 'SUNDAY';

/** A span of wall-clock time in which a location is open, every week. */
export interface GymOpeningHours {
  weekday: Weekday;
  /** "06:30" */
  opensAt: string;
  /** Behind opensAt, at most "24:00". */
  closesAt: string;
}

/** A day with other hours, or none. */
export interface GymSpecialDay {
  /** ISO date. */
  day: string;
  /** Both null where it is closed all day. */
  opensAt: string | null;
  closesAt: string | null;
}

/** One entry that is wrong, by its place in its list. */
export interface HoursFault {
  index: number;
  field: 'opensAt' | 'closesAt' | 'day';
  message: string;
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** What is wrong with weekly hours. */
export function faultsOfOpeningHours(hours: readonly GymOpeningHours[]): HoursFault[] {
  return hours.flatMap((span, index): HoursFault[] => {
    const fault = faultOfSpan(span);
    if (fault !== null) return [{ index, ...fault }];
    const overlaps = hours
      .slice(0, index)
      .some(
        (other) =>
          other.weekday === span.weekday && other.opensAt < span.closesAt && span.opensAt < other.closesAt,
      );
    return overlaps ? [{ index, field: 'opensAt', message: 'overlaps another span of the same day' }] : [];
  });
}

/** What is wrong with special days. */
export function faultsOfSpecialDays(days: readonly GymSpecialDay[]): HoursFault[] {
  return days.flatMap((special, index): HoursFault[] => {
    if (days.findIndex(({ day }) => day === special.day) < index)
      return [{ index, field: 'day', message: 'names a day once' }];
    const { opensAt, closesAt } = special;
    if (opensAt === null && closesAt === null) return [];
    const fault = faultOfSpan({ opensAt: opensAt ?? '', closesAt: closesAt ?? '' });
    return fault === null ? [] : [{ index, ...fault }];
  });
}

function faultOfSpan({
  opensAt,
  closesAt,
}: Pick<GymOpeningHours, 'opensAt' | 'closesAt'>): Omit<HoursFault, 'index'> | null {
  if (!TIME.test(opensAt)) return { field: 'opensAt', message: 'takes a time of day, for example "06:30"' };
  if (closesAt !== '24:00' && !TIME.test(closesAt))
    return { field: 'closesAt', message: 'takes a time of day up to "24:00"' };
  // Both have two digits an hour: as texts they compare as times.
  if (closesAt <= opensAt)
    return { field: 'closesAt', message: 'lies in front of opensAt: take a later one' };
  return null;
}
