/** A day of the week, as the contracts call it. */
export type Weekday = 'MONDAY' | 'TUESDAY' | 'WEDNESDAY' | 'THURSDAY' | 'FRIDAY' | 'SATURDAY' | 'SUNDAY';

/** A span of wall-clock time in which a location is open, every week. */
export interface OpeningHours {
  weekday: Weekday;
  /** "06:30" */
  opensAt: string;
  /** Behind opensAt, at most "24:00". */
  closesAt: string;
}

/** A day with other hours, or none. */
export interface SpecialDay {
  /** ISO date. */
  day: string;
  /** Both empty where it is closed all day. */
  opensAt: string;
  closesAt: string;
}

/** One entry that is wrong, by its place in its list. */
export interface HoursFault {
  index: number;
  field: 'opensAt' | 'closesAt' | 'day';
  message: string;
}

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** What is wrong with weekly hours. */
export function faultsOfOpeningHours(hours: readonly OpeningHours[]): HoursFault[] {
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
export function faultsOfSpecialDays(days: readonly SpecialDay[]): HoursFault[] {
  return days.flatMap((special, index): HoursFault[] => {
    if (days.findIndex(({ day }) => day === special.day) < index)
      return [{ index, field: 'day', message: 'names a day once' }];
    if (special.opensAt === '' && special.closesAt === '') return [];
    const fault = faultOfSpan(special);
    return fault === null ? [] : [{ index, ...fault }];
  });
}

function faultOfSpan({
  opensAt,
  closesAt,
}: Pick<OpeningHours, 'opensAt' | 'closesAt'>): Omit<HoursFault, 'index'> | null {
  if (!TIME.test(opensAt)) return { field: 'opensAt', message: 'takes a time of day, for example "06:30"' };
  if (closesAt !== '24:00' && !TIME.test(closesAt))
    return { field: 'closesAt', message: 'takes a time of day up to "24:00"' };
  // Both have two digits an hour: as texts they compare as times.
  if (closesAt <= opensAt)
    return { field: 'closesAt', message: 'lies in front of opensAt: take a later one' };
  return null;
}
