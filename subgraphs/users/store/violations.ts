import { Prisma } from '#gen/prisma/users/client.ts';

/** The unique index that a write has met, by its name in PostgreSQL; null for every other error. */
export function violatedIndex(error: unknown): string | null {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') return null;
  const { driverAdapterError } = (error.meta ?? {}) as { driverAdapterError?: { cause?: unknown } };
  const { constraint } = (driverAdapterError?.cause ?? {}) as { constraint?: { index?: string } };
  return constraint?.index ?? null;
}
