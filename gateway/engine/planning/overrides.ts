import type { Viewer } from '#platform/viewer.ts';

/** Which progressive overrides (`@override` with a label) take part in one plan. */
export interface ActiveOverrides {
  /** Labels of the supergraph, and whether they are active. */
  labels: ReadonlyMap<string, boolean>;
  /** The active overrides that are given by name. */
  named: readonly string[];
  /** Overrides by percentage are active where theirs is higher. */
  percentage: number;
  /** Equal ones have equal keys. */
  key: string;
}

/** Decides, for each run of an operation, which overrides are active. */
export interface Overrides {
  /** The same for one viewer at any time; drawn for nobody. */
  of(viewer: Pick<Viewer, 'id'> | null): ActiveOverrides;
}

/**
 * Makes the decisions for a supergraph: labels are active by name, and `percent(n)` for that share of viewers. Null where it
 * has no progressive override.
 */
export function createOverrides(
  sdl: string,
  active: readonly string[],
  draw: () => number = Math.random,
): Overrides | null {
  const labels = new Set([...sdl.matchAll(/overrideLabel: "([^"]+)"/g)].map(([, label = '']) => label));
  if (labels.size === 0) return null;
  const shares = [...labels].flatMap((label) => shareOf(label) ?? []).sort((one, other) => one - other);
  // Viewers between two shares are treated alike, so that there are as many plans as shares, and one more.
  const steps = [0, ...shares].filter((share) => share < 100);
  const decisions = new Map(steps.map((step) => [step, decide(step)]));
  const lowest = decide(0);

  function decide(percentage: number): ActiveOverrides {
    const isActive = (label: string) => {
      const share = shareOf(label);
      return share === undefined ? active.includes(label) : percentage < share;
    };
    return {
      labels: new Map([...labels].map((label) => [label, isActive(label)])),
      named: [...labels].filter((label) => shareOf(label) === undefined && isActive(label)),
      percentage,
      key: ` ${percentage}`,
    };
  }

  return {
    of(viewer) {
      const place = (viewer === null ? draw() : fractionOf(viewer.id)) * 100;
      const step = steps.findLast((each) => each <= place) ?? 0;
      return decisions.get(step) ?? lowest;
    },
  };
}

function shareOf(label: string): number | undefined {
  const [, share] = /^percent\((\d+(?:\.\d+)?)\)$/.exec(label) ?? [];
  return share === undefined ? undefined : Number(share);
}

/** A number from 0 to below 1 that an id always has: FNV-1a, with its bits mixed, for ids resemble each other. */
function fractionOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1)
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
