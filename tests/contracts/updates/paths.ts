type Fields = Record<string, unknown>;

/** The value of a field by its path, for example "perHundredGrams.sugarG"; undefined where there is none. */
export function at(thing: Fields, path: string): unknown {
  return path.split('.').reduce<unknown>((value, field) => (value as Fields | undefined)?.[field], thing);
}

/** An object with that field alone. */
export function only(path: string, value: unknown): Fields {
  const [field = '', ...inner] = path.split('.');
  return { [field]: inner.length === 0 ? value : only(inner.join('.'), value) };
}

/** The same with another value for that field. */
export function withField(thing: Fields, path: string, value: unknown): Fields {
  const [field = '', ...inner] = path.split('.');
  if (inner.length === 0) return { ...thing, [field]: value };
  return { ...thing, [field]: withField(thing[field] as Fields, inner.join('.'), value) };
}

/** The same without that field. */
export function without(thing: Fields, path: string): Fields {
  const { [path.split('.')[0] ?? '']: value, ...others } = thing;
  const [field = '', ...inner] = path.split('.');
  return inner.length === 0 ? others : { ...others, [field]: without(value as Fields, inner.join('.')) };
}
