import { Session } from 'node:inspector/promises';

/** One function of a CPU profile. */
export interface ProfiledFunction {
  name: string;
  /** File, or empty for what is built into Node. */
  url: string;
  line: number;
  /** Time in the function itself, not in what it calls. */
  selfMs: number;
}

/** Profiles this process; the answer ends it and tells what took its time, most first. */
export async function startProfile(): Promise<() => Promise<ProfiledFunction[]>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    const functions = new Map<string, ProfiledFunction>();
    const nodes = new Map(profile.nodes.map((node) => [node.id, node.callFrame]));
    for (const [index, id] of (profile.samples ?? []).entries()) {
      const frame = nodes.get(id);
      if (frame === undefined) continue;
      const { functionName: name, url, lineNumber: line } = frame;
      const key = `${name} ${url} ${line}`;
      const known = functions.get(key) ?? { name, url, line: line + 1, selfMs: 0 };
      known.selfMs += (profile.timeDeltas?.[index] ?? 0) / 1_000;
      functions.set(key, known);
    }
    return [...functions.values()].sort((a, b) => b.selfMs - a.selfMs);
  };
}
