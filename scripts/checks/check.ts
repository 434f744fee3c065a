import { runTool, toolPath } from '../processes/tool.ts';

/** Something that has to hold for the whole project, beside its tests. */
export interface Check {
  name: string;
  run(): Promise<CheckResult>;
}

export interface CheckResult {
  ok: boolean;
  /** A few words beside the name: what it was compared with, or why there was nothing to do. */
  note?: string;
  /** What is wrong. */
  output?: string;
}

/** A check that is one run of a tool. */
export function toolCheck(name: string, tool: string, args: readonly string[]): Check {
  return {
    name,
    run: async () => {
      const { code, output } = await runTool(tool.includes('/') ? tool : toolPath(tool), args);
      return { ok: code === 0, output };
    },
  };
}
