/** What is wrong with a field of an entity, or of a root type (whose id is empty); or a subgraph does not know an entity. */
export type Fault =
  | { kind: 'null' | 'error'; type: string; id: string; field: string }
  | { kind: 'missing'; type: string; id: string; subgraph: string; fields: readonly string[] };
export type Faults = readonly Fault[];

/** What is injected at a field. */
export function faultOf(
  faults: Faults,
  type: string,
  id: string,
  field: string,
): 'null' | 'error' | undefined {
  const here = faults.filter((fault) => fault.type === type && fault.id === id);
  // What a subgraph does not know it cannot fail at either.
  if (here.some((fault) => fault.kind === 'missing' && fault.fields.includes(field))) return 'null';
  for (const fault of here) if (fault.kind !== 'missing' && fault.field === field) return fault.kind;
  return undefined;
}

/** Whether a subgraph is to answer an entity with null. */
export function isMissing(faults: Faults, subgraph: string, type: string, id: string): boolean {
  return faults.some(
    (fault) =>
      fault.kind === 'missing' && fault.subgraph === subgraph && fault.type === type && fault.id === id,
  );
}
