/** A calendar day, YYYY-MM-DD. Days sort and compare as texts. */
export type Day = string;

/**
 * The day that an instant falls on for people in a time zone.
 * @param timeZone - IANA name, as a person's profile holds it.
 * @throws RangeError where there is no such time zone.
 */
export function dayOf(instant: Date | number, timeZone: string): Day {
  return formatterOf(timeZone).format(instant);
}

/** The day that many days later; earlier where `count` is negative. */
export function addDays(day: Day, count: number): Day {
  return dayFrom(Date.parse(day) + count * DAY_MS);
}

/** How many days lie from one day to another; negative where the second is the earlier one. */
export function daysBetween(from: Day, to: Day): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

/** 1 on Mondays to 7 on Sundays, as in ISO 8601. */
export function weekdayOf(day: Day): number {
  return new Date(day).getUTCDay() || 7;
}

/** The Monday that begins a day's week. */
export function mondayOf(day: Day): Day {
  return addDays(day, 1 - weekdayOf(day));
}

/** Whether a text names a day that the calendar has. */
export function isDay(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && dayFrom(Date.parse(text)) === text
  );
}

/** Whether a name is one of a time zone, as the IANA calls them. */
export function isTimeZone(name: string): boolean {
  try {
    // Offsets such as "+01:00" are taken by Intl too, but they know no summer time.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

/** Days are counted in UTC, where each has as many hours. */
const DAY_MS = 24 * 60 * 60_000;

function dayFrom(utcMs: number): Day {
  return new Date(utcMs).toISOString().slice(0, 10);
}

/** There are some 600 time zones; making a formatter takes a hundred times as long as using one. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const known = formatters.get(timeZone);
  if (known !== undefined) return known;
  const formatter = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  formatters.set(timeZone, formatter);
  return formatter;
}
