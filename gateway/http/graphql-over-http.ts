import type { FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { gatewayError } from '../request/errors.ts';
import type { GraphqlRequest } from '../request/graphql-request.ts';

/** Content types that a page of another origin may send without asking first. */
const SIMPLE_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];
const PREFLIGHT_HEADERS = ['x-apollo-operation-name', 'apollo-require-preflight'];

/** Refuses what any page could make a browser send: cross-site request forgery. Throws GraphQLError. */
export function preventForgery({ headers }: FastifyRequest): void {
  const type = essenceOf(headers['content-type']);
  if (type !== undefined && !SIMPLE_TYPES.includes(type)) return;
  if (PREFLIGHT_HEADERS.some((name) => (headers[name] ?? '').length > 0)) return;
  throw bad(
    `Any page could send this request: set the content-type application/json, or one of the headers ${PREFLIGHT_HEADERS.join(', ')}.`,
  );
}

/** Reads the request: its body for POST, its query string for GET. Throws GraphQLError. */
export function readGraphqlRequest(request: FastifyRequest): GraphqlRequest {
  const isGet = request.method === 'GET';
  const type = essenceOf(request.headers['content-type']);
  if (isGet && type !== undefined && type !== 'application/json')
    throw bad('A GET request has no content-type but application/json.', 415);
  if (!isUtf8(request.headers['content-type'])) throw bad('Send the body as UTF-8, without a charset.', 415);
  const from = isGet ? parametersOf(request) : request.body;
  if (Array.isArray(from)) throw bad('Send one operation a request: batches are not served.');
  if (!isRecord(from)) throw bad('Send {"query": "...", "variables": {...}} as application/json.');
  return readParameters(from);
}

/** Reads the members of a request, whichever door it came through. Throws GraphQLError. */
export function readParameters(from: Record<string, unknown>): GraphqlRequest {
  const { query, operationName, variables, extensions, documentId } = from;
  if (!isMissing(query) && typeof query !== 'string') throw bad('query takes the text of a document.');
  if (!isMissing(operationName) && typeof operationName !== 'string')
    throw bad('operationName takes a name.');
  if (!isMissing(variables) && !isRecord(variables)) throw bad('variables takes an object.');
  if (!isMissing(extensions) && !isRecord(extensions)) throw bad('extensions takes an object.');
  if (!isMissing(documentId) && typeof documentId !== 'string')
    throw bad('documentId takes the id of a document.');
  if (!query && !documentId && isMissing(extensions?.['persistedQuery']))
    throw bad('query takes the text of a document.');
  return {
    query: query ?? '',
    operationName: operationName || undefined,
    variables: variables ?? {},
    extensions: extensions ?? {},
    ...(documentId && { documentId }),
  };
}

const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';

/** How a client wants to be answered. */
export interface AnswerFormat {
  contentType: string;
  /**
   * The client names application/json: its libraries may come from before statuses told of GraphQL. A request that is
   * well-formed is answered with 200 whatever becomes of it, as the specification of GraphQL over HTTP asks.
   */
  isLegacy: boolean;
}

/** The format of the answer, of those that the client accepts. Throws GraphQLError where it accepts none. */
export function answerFormat({ headers: { accept = '*/*' } }: FastifyRequest): AnswerFormat {
  const accepted = new Negotiator({ headers: { accept } }).mediaTypes();
  const chosen = accepted.map((range) => FORMATS.get(range)).find((format) => format !== undefined);
  if (chosen === undefined) throw bad(`Accept ${JSON_TYPE} or ${GRAPHQL_TYPE}.`, 406);
  return chosen;
}

/** The format for clients that name none. */
export const JSON_FORMAT: AnswerFormat = { contentType: `${JSON_TYPE}; charset=utf-8`, isLegacy: false };
const FORMATS: ReadonlyMap<string, AnswerFormat> = new Map([
  [GRAPHQL_TYPE, { contentType: `${GRAPHQL_TYPE}; charset=utf-8`, isLegacy: false }],
  [JSON_TYPE, { ...JSON_FORMAT, isLegacy: true }],
  ['application/*', JSON_FORMAT],
  ['*/*', JSON_FORMAT],
]);

function parametersOf({ url }: FastifyRequest): Record<string, unknown> {
  const parameters = new URL(url, 'http://gateway').searchParams;
  const once = (name: string) => {
    const values = parameters.getAll(name);
    if (values.length > 1) throw bad(`${name} is given more than once.`);
    return values[0];
  };
  return {
    query: once('query'),
    operationName: once('operationName'),
    variables: parsed('variables', once('variables')),
    extensions: parsed('extensions', once('extensions')),
    documentId: once('documentId'),
  };
}

function parsed(name: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw bad(`${name} takes JSON.`);
  }
}

function isMissing(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function essenceOf(type: string | undefined): string | undefined {
  return type?.split(';', 1)[0]?.trim().toLowerCase();
}

/** JSON is UTF-8: another charset would be read wrongly, without anybody noticing. */
function isUtf8(type: string | undefined): boolean {
  const charset = /;\s*charset\s*=\s*"?([^";\s]+)/i.exec(type ?? '')?.[1];
  return charset === undefined || charset.toLowerCase() === 'utf-8' || charset.toLowerCase() === 'utf8';
}

function bad(message: string, status = 400) {
  return gatewayError('BAD_REQUEST', message, { status });
}
