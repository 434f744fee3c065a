/**
 * How proto messages look in TypeScript. The types are generated with these options (scripts/generate) and messages are
 * loaded with them (protos.ts): were they to differ, the types would lie.
 */
export const LOADER_OPTIONS = {
  /** int64 as text: a JavaScript number would lose digits. */
  longs: String,
  enums: String,
  defaults: true,
  arrays: true,
  oneofs: true,
} as const;
