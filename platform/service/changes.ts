import { z } from 'zod';
import { DomainError, faultsOf, invalidField, invalidFields } from '../errors.ts';

/** google.protobuf.FieldMask, as proto-loader reads it. */
export interface FieldMask {
  /** Names of fields as proto spells them; with dots into messages. */
  paths: string[];
}

/** A list or a message among the fields of a change: what it must hold is judged with the whole. */
export const changedPart = z.any();

type Message = Record<string, unknown>;

/** The mask of a request that changes something; see {@link changed}. */
export const updateMask = z.object({ paths: z.array(z.string()).max(100, 'takes at most 100') }).nullable();

/**
 * What is stored, with the fields that a request changes: those that its `update_mask` names, each with the request's value,
 * and with none where it is not set; without a mask, those that are set. All others stay as they are.
 *
 * @param schema what the whole must hold; its keys are the fields that can be changed. None of a field is null where the
 *   schema takes that, and proto's empty value in every other.
 * @throws INVALID_ARGUMENT where the mask names a field that cannot be changed, or the whole does not hold.
 * @throws CONFLICT where the request has read another version than the stored one: the whole would undo what came between.
 */
export function changed<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  stored: { readonly [Field in keyof Shape]?: unknown } & { readonly version?: number },
  request: { updateMask: FieldMask | null; expectedVersion?: number },
): z.output<z.ZodObject<Shape>> {
  assertRead(stored.version, request.expectedVersion);
  const fields = Object.keys(schema.shape);
  const sent = request as Message & typeof request;
  const whole: Message = Object.fromEntries(fields.map((field) => [field, structuredClone(stored[field])]));
  for (const path of maskOf(sent) ?? pathsSet(whole, sent)) {
    if (!take(whole, sent, path.split('.'), schema))
      throw invalidField('updateMask', `${path} cannot be changed; what can be: ${fields.join(', ')}.`);
  }
  const result = schema.safeParse(whole);
  if (result.success) return result.data;
  throw invalidFields(faultsOf(result.error.issues));
}

/** Whether a request changes a field, by its name in {@link changed}'s schema, or something within it. */
export function changes(request: { updateMask: FieldMask | null }, field: string): boolean {
  const sent = request as Message & typeof request;
  return maskOf(request)?.some((path) => path.split('.')[0] === field) ?? isSet(sent[field]);
}

function maskOf({ updateMask }: { updateMask: FieldMask | null }): string[] | undefined {
  return updateMask?.paths.map(camelCase);
}

/** The fields that are set, those of a message one by one. */
function pathsSet(target: Message, source: Message): string[] {
  return Object.entries(target).flatMap(([field, within]) => {
    const value = source[field];
    if (!isMessage(within) || !isMessage(value)) return isSet(value) ? [field] : [];
    return pathsSet(within, value).map((inner) => `${field}.${inner}`);
  });
}

function assertRead(version: number | undefined, expected: number | undefined): void {
  if (version === undefined || expected === undefined || version === expected) return;
  const message = `It is at version ${version} by now: read it again, and send your change with that version.`;
  throw new DomainError('CONFLICT', message, { reason: 'VERSION_STALE', parameters: { version } });
}

/** Takes one field over; answers false where there is no such field. */
function take(target: Message, source: Message, [field = '', ...inner]: string[], schema: unknown): boolean {
  if (!Object.hasOwn(target, field)) return false;
  const part = schema instanceof z.ZodObject ? schema.shape[field] : undefined;
  if (inner.length > 0) {
    const within = target[field];
    return isMessage(within) && take(within, isMessage(source[field]) ? source[field] : {}, inner, part);
  }
  target[field] = source[field] ?? noneOf(part, target[field]);
  return true;
}

/** Proto's value of a field that is not set; there is no "neither" to yes and no. */
function noneOf(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema?.safeParse(undefined).success) return undefined;
  if (schema?.safeParse(null).success) return null;
  if (schema instanceof z.ZodEnum) return schema.options.find(isUnspecified);
  if (typeof value === 'string') return '';
  if (typeof value === 'number') return 0;
  return Array.isArray(value) ? [] : null;
}

function isUnspecified(value: unknown): boolean {
  return typeof value === 'string' && value.endsWith('_UNSPECIFIED');
}

/** An empty list cannot be told from one that was left out. */
function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null;
}

function isMessage(value: unknown): value is Message {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function camelCase(path: string): string {
  return path.replaceAll(/_([a-z0-9])/g, (_match, letter: string) => letter.toUpperCase());
}
