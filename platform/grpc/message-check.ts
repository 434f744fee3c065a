import type { FieldFault } from '../errors.ts';
import { sameId } from '../ids.ts';
import { isEnum, isMessage, loadProtos, messageDefinition } from './protos.ts';

/**
 * Checks what proto3 lets pass, in a message as it was deserialised: an unknown enum value arrives as a bare number.
 * Also takes away the `_field` companions that the loader adds to optional fields, so that both doors see the same, and
 * writes ids in small letters, as they are kept: who sends them in capitals means the same.
 *
 * @returns one fault per wrong field
 */
type MessageCheck = (message: object) => FieldFault[];

/** Makes the check of a message type, by its full name. */
export function createMessageCheck(messageName: string): MessageCheck {
  const shape = shapeOf(messageName, new Map());
  return (message) => {
    const faults: FieldFault[] = [];
    visit(message as Message, shape, '', faults);
    return faults;
  };
}

type Message = Record<string, unknown>;

interface Shape {
  optionalCompanions: string[];
  /** Fields of an id, or of several. */
  ids: string[];
  enums: { field: string; values: ReadonlySet<unknown> }[];
  messages: { field: string; shape: Shape }[];
}

interface Descriptor {
  field: { name: string; type: string; typeName: string }[];
  oneofDecl: { name: string }[];
}

function visit(message: Message, shape: Shape, path: string, faults: FieldFault[]): void {
  for (const companion of shape.optionalCompanions) delete message[companion];
  for (const field of shape.ids) message[field] = inSmallLetters(message[field]);
  for (const { field, values } of shape.enums) {
    for (const [key, value] of entries(message[field])) {
      if (values.has(value)) continue;
      const known = [...values].join(', ');
      faults.push({
        path: `${path}${field}${key}`,
        message: `${String(value)} is not a value of this enum; known: ${known}`,
      });
    }
  }
  for (const { field, shape: inner } of shape.messages) {
    for (const [key, value] of entries(message[field])) {
      visit(value as Message, inner, `${path}${field}${key}.`, faults);
    }
  }
}

function inSmallLetters(ids: unknown): unknown {
  return Array.isArray(ids) ? ids.map(inSmallLetters) : typeof ids === 'string' ? sameId(ids) : ids;
}

function entries(value: unknown): [string, unknown][] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value.map((item, index) => [`.${index}`, item]) : [['', value]];
}

function shapeOf(messageName: string, made: Map<string, Shape>): Shape {
  const known = made.get(messageName);
  if (known !== undefined) return known;
  const shape: Shape = { optionalCompanions: [], ids: [], enums: [], messages: [] };
  made.set(messageName, shape);
  const { field: fields, oneofDecl } = messageDefinition(messageName).type as unknown as Descriptor;
  shape.optionalCompanions = oneofDecl.map(({ name }) => name).filter((name) => name.startsWith('_'));
  for (const { name, type, typeName } of fields) {
    if (type === 'TYPE_STRING' && /(?:^i|I)ds?$/.test(name)) shape.ids.push(name);
    if (type === 'TYPE_ENUM')
      shape.enums.push({ field: name, values: valuesOf(resolve(typeName, messageName)) });
    if (type !== 'TYPE_MESSAGE') continue;
    const inner = resolve(typeName, messageName);
    // A map's entry type stands inside the message and not in the package: our maps hold scalars.
    if (inner !== undefined) shape.messages.push({ field: name, shape: shapeOf(inner, made) });
  }
  return shape;
}

function valuesOf(enumName: string | undefined): Set<unknown> {
  const definition = enumName === undefined ? undefined : loadProtos()[enumName];
  if (!isEnum(definition)) throw new Error(`proto/ defines no enum ${enumName}`);
  const { value } = definition.type as unknown as { value: { name: string }[] };
  return new Set(value.map(({ name }) => name));
}

/** Type names stand in descriptors as they were written: looked up from the innermost scope outwards. */
function resolve(typeName: string, from: string): string | undefined {
  const protos = loadProtos();
  const scopes = from.split('.');
  for (let length = scopes.length; length >= 0; length -= 1) {
    const candidate = [...scopes.slice(0, length), typeName].join('.');
    if (isMessage(protos[candidate]) || isEnum(protos[candidate])) return candidate;
  }
  return undefined;
}
