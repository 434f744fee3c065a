import { withConnection } from '../database/connect.ts';
import { runProgram } from '../processes/tool.ts';
import { SetupError } from '../terminal.ts';

/** Names the moment at which the tests were started; unset where they run at the real time. */
export const MOMENT_VARIABLE = 'FITME_TEST_MOMENT';

/** Clocks that are further apart than this do not follow each other, milliseconds; a busy machine takes seconds to start a child. */
const TOLERANCE_MS = 30_000;
/** From the start of a run to this check, at most. */
const STARTS_WITHIN_MS = 5 * 60_000;

/**
 * Where the tests run at another moment than the real one: makes sure that Node, a program that it starts and PostgreSQL all
 * believe in it.
 *
 * @throws SetupError with each clock that does not.
 */
export async function assertMomentIsFollowed({ adminUrl }: { adminUrl: string }): Promise<void> {
  const moment = process.env[MOMENT_VARIABLE];
  if (moment === undefined) return;
  const faults = clockFaults(Date.parse(moment), await readClocks(adminUrl));
  if (faults.length > 0) throw new SetupError(`It should be ${moment}, but ${faults.join('; ')}.`);
}

/** What is wrong with clocks that should stand shortly after a moment, and together; all in milliseconds since 1970. */
export function clockFaults(moment: number, clocks: Readonly<Record<string, number>>): string[] {
  const earliest = Math.min(...Object.values(clocks).filter((at) => at >= moment - TOLERANCE_MS));
  return Object.entries(clocks)
    .filter(
      ([, at]) =>
        at < moment - TOLERANCE_MS || at > moment + STARTS_WITHIN_MS || at > earliest + TOLERANCE_MS,
    )
    .map(([name, at]) => `for ${name} it is ${new Date(at).toISOString()}`);
}

async function readClocks(adminUrl: string): Promise<Record<string, number>> {
  const [child, postgres] = await Promise.all([readChild(), readPostgres(adminUrl)]);
  return { Node: Date.now(), 'a program that it starts': child, PostgreSQL: postgres };
}

async function readChild(): Promise<number> {
  const { output } = await runProgram(process.execPath, ['-p', 'Date.now()']);
  return Number(output);
}

function readPostgres(url: string): Promise<number> {
  return withConnection(url, async (client) => {
    const { rows } = await client.query('SELECT extract(epoch FROM clock_timestamp()) * 1000 AS ms');
    return Number(rows[0].ms);
  });
}
