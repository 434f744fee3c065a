import { Prisma } from '#gen/prisma/users/client.ts';

/** The first column of the unique index that a write has met; null for every other error. */
export function violatedField(error: unknown): string | null {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== 'P2002') return null;
  const { driverAdapterError } = (error.meta ?? {}) as { driverAdapterError?: { cause?: unknown } };
  const { constraint } = (driverAdapterError?.cause ?? {}) as { constraint?: { fields?: string[] } };
  return constraint?.fields?.[0]?.replaceAll('"', '') ?? null;
}
