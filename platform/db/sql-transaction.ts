/** The part of a Prisma client that platform code needs inside a transaction. */
export interface SqlTransaction {
  $queryRawUnsafe<Rows = unknown>(sql: string, ...values: unknown[]): Promise<Rows>;
  $executeRawUnsafe(sql: string, ...values: unknown[]): Promise<number>;
}
