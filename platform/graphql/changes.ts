import type { FieldMask } from '../service/changes.ts';

/** What of an input is neither left out nor null, nor within it. */
export type Given<Input> = { [Field in keyof Input]?: GivenValue<NonNullable<Input[Field]>> };

type GivenValue<Value> = Value extends readonly unknown[] | Date
  ? Value
  : Value extends object
    ? Given<Value>
    : Value;

/**
 * The fields of an update's input that change, as its service takes them: those that are there, and a mask that names them
 * together with those that are null, whose value is taken away. What the input leaves out stays as it is.
 */
export function changesOf<Input extends object>(input: Input): Given<Input> & { updateMask: FieldMask } {
  return { ...given(input), updateMask: { paths: pathsOf(input) } };
}

function given<Input extends object>(input: Input): Given<Input> {
  const entries = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(
    entries.map(([field, value]) => [field, isInput(value) ? given(value) : value]),
  ) as Given<Input>;
}

function pathsOf(input: object): string[] {
  return Object.entries(input).flatMap(([field, value]) => {
    const path = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (value === undefined) return [];
    return isInput(value) ? pathsOf(value).map((inner) => `${path}.${inner}`) : [path];
  });
}

/** An input object, but for values that scalars are read as, for example dates. */
function isInput(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}
