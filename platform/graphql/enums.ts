/** A proto enum value's name in GraphQL: without prefix; UNSPECIFIED has none. */
export type GraphName<Value extends string, Prefix extends string> = Value extends `${Prefix}UNSPECIFIED`
  ? never
  : Value extends `${Prefix}${infer Name}`
    ? Name
    : never;

/** Translates an enum between the two contracts. */
export interface EnumMapping<Value extends string, Name extends string> {
  /** 'ROLE_ADMIN' → 'ADMIN'; null for UNSPECIFIED, and for a value that this build does not know. */
  nameOf(value: Value): Name | null;
  /**
   * As nameOf, for a field that is always set.
   * @throws Error where it is not, which is a bug of whoever answered.
   */
  requiredNameOf(value: Value): Name;
  /** 'ADMIN' → 'ROLE_ADMIN'; UNSPECIFIED for null and undefined. */
  valueOf(name: Name | null | undefined): Value;
}

/**
 * Maps a generated proto enum to its GraphQL twin, for example `mapEnum(Role, 'ROLE_')`. Both are checked by their
 * types: a name that one contract lacks does not compile where it is used.
 */
export function mapEnum<Value extends string, Prefix extends string>(
  values: Readonly<Record<string, Value>>,
  prefix: Prefix,
): EnumMapping<Value, GraphName<Value, Prefix>> {
  type Name = GraphName<Value, Prefix>;
  const unspecified = `${prefix}UNSPECIFIED` as Value;
  const known = Object.values(values).filter((value) => value !== unspecified);
  const names = new Map(known.map((value) => [value, value.slice(prefix.length) as Name]));
  return {
    nameOf: (value) => names.get(value) ?? null,
    requiredNameOf(value) {
      const name = names.get(value);
      if (name === undefined) {
        throw new Error(`An enum is ${value} where its contract promises a value of ${prefix}.`);
      }
      return name;
    },
    valueOf: (name) => (name == null ? unspecified : (`${prefix}${name}` as Value)),
  };
}
