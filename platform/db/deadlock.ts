const MOST_TRIES = 3;

/**
 * Runs a transaction, and again where PostgreSQL ended it because it and another waited for each other: the other has
 * gone on by then. Two consumers with events for one inbox can meet like that, or a consumer and the inbox's owner.
 */
export async function againAfterDeadlock<Result>(transaction: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (tries === MOST_TRIES || !isDeadlock(error)) throw error;
    }
  }
}

/** What Prisma makes of PostgreSQL's deadlock_detected: P2034 from its models, P2010 with a cause from SQL of ours. */
interface PrismaError {
  code?: string;
  meta?: { driverAdapterError?: { cause?: { kind?: string } } };
}

function isDeadlock(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, meta } = error as PrismaError;
  return code === 'P2034' || meta?.driverAdapterError?.cause?.kind === 'TransactionWriteConflict';
}
