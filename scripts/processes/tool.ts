import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';
import { SetupError } from '../terminal.ts';
import { startChild } from './child.ts';
import { createGuard } from './guard.ts';

interface ToolResult {
  code: number;
  /** What it wrote, standard output and error as they came. */
  output: string;
}

interface ToolOptions {
  env?: NodeJS.ProcessEnv;
}

/** The file behind a command of node_modules/.bin. */
export function toolPath(name: string): string {
  return realpathSync(join(ROOT, 'node_modules', '.bin', name));
}

/** Runs a JavaScript tool, under this Node and in the project's folder, to its end. */
export async function runTool(
  file: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  return runProgram(process.execPath, [file, ...args], options);
}

/** As {@link runTool}; a failure is an error that says what the tool said. */
export async function mustRunTool(
  file: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<void> {
  const { code, output } = await runTool(file, args, options);
  if (code !== 0) throw new SetupError(`${file.split('node_modules/').at(-1)} failed:\n${output.trim()}`);
}

/**
 * Runs a Node program in the project's folder, in sight, to its end or until `stopSignal` aborts.
 *
 * @returns its exit code; null where a signal ended it.
 */
export async function runInSight(
  args: readonly string[],
  stopSignal: AbortSignal,
  env: NodeJS.ProcessEnv = process.env,
): Promise<number | null> {
  const guard = createGuard();
  const child = await startChild({
    ...{ guard, command: process.execPath, args, env, cwd: ROOT },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  stopSignal.addEventListener('abort', () => child.stop(), { once: true });
  const { code } = await child.exited;
  await guard.close();
  return code;
}

/** Runs a program in the project's folder to its end; it does not outlive an exit of this process. */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  const { env = process.env } = options;
  const child = spawn(command, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => output.push(data));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('close', (status) => resolve(status ?? 1)).once('error', reject);
  });
  process.off('exit', kill);
  return { code, output: Buffer.concat(output).toString() };
}
