import { RRuleTemporal } from 'rrule-temporal';

/** When the sessions of a class begin. */
export interface Schedule {
  /** Wall-clock time of the first one, "2026-11-30T18:00". */
  startsAtLocal: string;
  /** IANA name. */
  timeZone: string;
  /** RFC 5545 RRULE without "RRULE:"; null where there is one session. */
  recurrenceRule: string | null;
  /** ISO dates on which there is none. */
  excludedDays: readonly string[];
}

/**
 * When sessions begin, from an instant on and before another. They keep their wall-clock time: from the last Sunday of
 * October on a class at 18:00 in Zurich begins an hour later in UTC. Where the clocks skip that time there is no session,
 * as RFC 5545 has it (3.3.10); where they show it twice, it is the first.
 */
export function startsBetween(schedule: Schedule, from: Date, before: Date): Date[] {
  if (from >= before) return [];
  const starts = ruleOf(schedule).between(from, before, true);
  return starts
    .filter((start) => !schedule.excludedDays.includes(start.toPlainDate().toString()))
    .map((start) => new Date(start.epochMilliseconds))
    .filter((start) => start >= from && start < before);
}

/** What a recurrence rule takes: when a session begins is told by the first one alone. */
const PARTS = ['FREQ', 'INTERVAL', 'BYDAY', 'BYMONTHDAY', 'BYMONTH', 'BYSETPOS', 'COUNT', 'UNTIL', 'WKST'];

/** What is wrong with a schedule; null where it can be kept. */
export function faultOfSchedule(schedule: Schedule): { field: keyof Schedule; message: string } | null {
  const { startsAtLocal, recurrenceRule } = schedule;
  if (!isLocalTime(startsAtLocal)) {
    return { field: 'startsAtLocal', message: 'takes a time that there is, for example "2026-11-30T18:00"' };
  }
  if (recurrenceRule === null) return null;
  const parts = recurrenceRule.split(';').map((part) => part.split('=', 1)[0] ?? '');
  const unknown = parts.find((part) => !PARTS.includes(part));
  if (unknown !== undefined || new Set(parts).size < parts.length) {
    return { field: 'recurrenceRule', message: `takes each of ${PARTS.join(', ')} at most once` };
  }
  if (!/(^|;)FREQ=(DAILY|WEEKLY|MONTHLY)(;|$)/.test(recurrenceRule)) {
    return { field: 'recurrenceRule', message: 'takes FREQ=DAILY, WEEKLY or MONTHLY' };
  }
  if (/(^|;)(COUNT|INTERVAL)=(?!0*[1-9]\d{0,3}(;|$))/.test(recurrenceRule)) {
    return { field: 'recurrenceRule', message: 'takes COUNT and INTERVAL from 1 to 9999' };
  }
  if (parts.includes('COUNT') && parts.includes('UNTIL')) {
    return { field: 'recurrenceRule', message: 'takes COUNT or UNTIL, not both' };
  }
  try {
    ruleOf(schedule).next();
    return null;
  } catch {
    return {
      field: 'recurrenceRule',
      message: 'takes an RFC 5545 RRULE, for example "FREQ=WEEKLY;BYDAY=MO,TH"',
    };
  }
}

function ruleOf({ startsAtLocal, timeZone, recurrenceRule }: Schedule): RRuleTemporal {
  const start = `${startsAtLocal.replaceAll(/[-:]/g, '')}00`;
  const rule = recurrenceRule ?? 'FREQ=DAILY;COUNT=1';
  return new RRuleTemporal({ rruleString: `DTSTART;TZID=${timeZone}:${start}\nRRULE:${rule}` });
}

/** JavaScript's dates would turn the 30th of February into the 2nd of March. */
function isLocalTime(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text)) return false;
  const instant = new Date(`${text}:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text);
}
