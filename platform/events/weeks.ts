const DAY_MS = 24 * 60 * 60_000;

/** The partition that holds a week's events. */
export interface WeekPartition {
  /** "events_" and the week's Monday: names sort by time. */
  name: string;
  /** Monday, 0:00 UTC. */
  from: string;
  /** The next Monday, 0:00 UTC; not part of the week. */
  to: string;
}

/** The partition of the week that holds an instant, milliseconds since 1970. */
export function weekPartition(instant: number): WeekPartition {
  const monday = mondayOf(instant);
  const from = new Date(monday).toISOString();
  return {
    name: `events_${from.slice(0, 10).replaceAll('-', '')}`,
    from,
    to: new Date(monday + 7 * DAY_MS).toISOString(),
  };
}

/** The Mondays of this week and those after it, `count` in all. */
export function mondaysAhead(now: number, count: number): number[] {
  return Array.from({ length: count }, (_, week) => mondayOf(now) + week * 7 * DAY_MS);
}

/** 1 January 1970 was a Thursday. */
function mondayOf(instant: number): number {
  const days = Math.floor(instant / DAY_MS);
  return (days - ((days + 3) % 7)) * DAY_MS;
}
