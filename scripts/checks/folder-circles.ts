/** The files that each file imports, types included: paths from the project's folder. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/**
 * The circles in which what stands in one folder imports each other, at every level of the tree: an inner folder is taken as
 * a whole, with all that stands in it, and a file by itself. So a folder's own files may be a ground for its inner folders,
 * or a roof over them, and each of them is one or the other.
 *
 * @returns for all that reach each other the shortest circle, with an import for each step of it
 */
export function folderCircles(imports: Imports): string[] {
  const levels = new Map<string, Map<string, Map<string, string>>>();
  for (const [from, targets] of imports) {
    for (const to of targets) {
      const level = imports.has(to) ? commonFolder(from, to) : undefined;
      if (level === undefined) continue;
      const graph = getOrAdd(levels, level, () => new Map());
      const steps = getOrAdd(graph, entryIn(level, from), () => new Map<string, string>());
      if (entryIn(level, from) !== entryIn(level, to)) steps.set(entryIn(level, to), `${from} imports ${to}`);
    }
  }
  return [...levels].sort().flatMap(([level, graph]) =>
    components(graph).map((members) => {
      const circle = shortestCircle(graph, members);
      const steps = circle.map((entry, index) => {
        const next = circle[(index + 1) % circle.length] ?? '';
        return graph.get(entry)?.get(next);
      });
      const further = members.filter((member) => !circle.includes(member));
      const others = further.length === 0 ? '' : ` (and, in longer ones, ${further.sort().join(', ')})`;
      return `${level}: ${[...circle, circle[0]].join(' → ')}${others}\n    ${steps.join('\n    ')}`;
    }),
  );
}

/** The entries of a graph that reach each other, in groups of two and more. */
function components(graph: Graph): string[][] {
  const reached = new Map([...graph.keys()].map((entry) => [entry, reachedFrom(graph, entry)]));
  const grouped = new Set<string>();
  const groups: string[][] = [];
  for (const [entry, ahead] of reached) {
    if (grouped.has(entry) || !ahead.has(entry)) continue;
    const group = [...ahead].filter((other) => reached.get(other)?.has(entry));
    for (const member of group) grouped.add(member);
    groups.push(group);
  }
  return groups;
}

type Graph = ReadonlyMap<string, ReadonlyMap<string, string>>;

function reachedFrom(graph: Graph, start: string): ReadonlySet<string> {
  const reached = new Set(graph.get(start)?.keys());
  for (const entry of reached) for (const next of graph.get(entry)?.keys() ?? []) reached.add(next);
  return reached;
}

/** A circle of as few steps as the members allow: the easiest one to read, and to cut. */
function shortestCircle(graph: Graph, members: readonly string[]): string[] {
  const circles = members.toSorted().map((start) => {
    const ways = new Map([[start, [start]]]);
    for (const [entry, way] of ways) {
      for (const next of graph.get(entry)?.keys() ?? []) {
        if (next === start) return way;
        if (!ways.has(next)) ways.set(next, [...way, next]);
      }
    }
    return [];
  });
  return circles.sort((a, b) => a.length - b.length)[0] ?? [];
}

/** The innermost folder that both stand in; "" of the project itself is none: who may import whom there is a rule by name. */
function commonFolder(a: string, b: string): string | undefined {
  const [left, right] = [a.split('/').slice(0, -1), b.split('/').slice(0, -1)];
  const differs = left.findIndex((part, index) => part !== right[index]);
  const common = left.slice(0, differs === -1 ? left.length : differs);
  return common.length === 0 ? undefined : common.join('/');
}

/** What stands in the folder itself, of a path below it: "events" or "errors.ts". */
function entryIn(folder: string, path: string): string {
  return path.slice(folder.length + 1).split('/')[0] ?? '';
}

function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
