import { integer } from '#platform/config.ts';
import type { VariablesOf } from './variables.ts';

/** How much one client may ask for. */
export interface LimitsConfig {
  bodyBytes: number;
  /** Longest time of an operation, milliseconds. */
  requestTimeoutMs: number;
  depth: number;
  aliases: number;
  tokens: number;
  directives: number;
  rootFields: number;
  /** Largest `first` or `last` of a list. */
  pageSize: number;
  /** Most operations at a time over one socket. */
  socketOperations: number;
}

const MIB = 1024 * 1024;

export const LIMIT_VARIABLES = {
  LIMIT_BODY_BYTES: integer(1, 1024 * MIB).default(256 * 1024),
  LIMIT_REQUEST_MS: integer(1, 600_000).default(15_000),
  LIMIT_DEPTH: integer(1, 100).default(15),
  LIMIT_ALIASES: integer(0, 1_000).default(30),
  LIMIT_TOKENS: integer(1, 100_000).default(2_000),
  LIMIT_DIRECTIVES: integer(0, 10_000).default(50),
  LIMIT_ROOT_FIELDS: integer(1, 10_000).default(30),
  LIMIT_PAGE_SIZE: integer(1, 10_000).default(100),
  LIMIT_SOCKET_OPERATIONS: integer(1, 10_000).default(100),
};

export function limitsOf(variables: VariablesOf<typeof LIMIT_VARIABLES>): LimitsConfig {
  return {
    bodyBytes: variables.LIMIT_BODY_BYTES,
    requestTimeoutMs: variables.LIMIT_REQUEST_MS,
    depth: variables.LIMIT_DEPTH,
    aliases: variables.LIMIT_ALIASES,
    tokens: variables.LIMIT_TOKENS,
    directives: variables.LIMIT_DIRECTIVES,
    rootFields: variables.LIMIT_ROOT_FIELDS,
    pageSize: variables.LIMIT_PAGE_SIZE,
    socketOperations: variables.LIMIT_SOCKET_OPERATIONS,
  };
}
