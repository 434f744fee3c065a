/** A column as PostgreSQL describes it: its type in TypeScript, the name of that in PostgreSQL, whether it may be null. */
export interface Column<Type, Name extends string, Nullable extends boolean> {
  type: Type;
  name: Name;
  nullable: Nullable;
}

/** Compiles where nothing is wrong; the message names what is. */
export type Sound<Fault extends never> = Fault;

/** What of a declared row is not as PostgreSQL has it. A narrower type may be declared: what text or JSON holds. */
export type RowFault<Declared, Described> = Declared extends { row: infer Row; present: infer Present }
  ? {
      [Name in KeysOf<Row>]: Name extends keyof Described
        ? ColumnFault<Name, ValueAt<Row, Name>, Described[Name], Present>
        : `${Name & string}: no such column`;
    }[KeysOf<Row>]
  : 'no statement';

type ColumnFault<Name, Value, Described, Present> =
  Described extends Column<infer Type, infer TypeName, infer Nullable>
    ? [Exclude<Value, null | undefined>] extends [Type]
      ? Nullable extends true
        ? null extends Value
          ? never
          : Name extends Present
            ? never
            : `${Name & string}: may be null`
        : never
      : `${Name & string}: is ${TypeName}`
    : never;

/** What of the declared values PostgreSQL does not take. Null goes everywhere. */
export type ValuesFault<Declared, Described extends readonly unknown[]> = Declared extends {
  values: infer Values;
}
  ? Values extends readonly unknown[]
    ? number extends Values['length']
      ? never
      : Values['length'] extends Described['length']
        ? {
            [Place in keyof Described]: ValueFault<Place, Values[Place & keyof Values], Described[Place]>;
          }[number]
        : `takes ${Described['length'] & number} values`
    : never
  : never;

type ValueFault<Place, Value, Described> = [Exclude<Value, null>] extends [Described]
  ? never
  : `value ${Place & string}`;

/** Those of all members of a union. */
type KeysOf<Union> = Union extends unknown ? keyof Union : never;

type ValueAt<Union, Key> = Union extends unknown ? (Key extends keyof Union ? Union[Key] : never) : never;
