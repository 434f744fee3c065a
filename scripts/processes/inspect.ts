import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

interface ProcessDescription {
  parent: number;
  /** The command line, its arguments separated by spaces. */
  command: string;
}

/** What the process with this id is; undefined where there is none. Reads /proc, or asks `ps` where there is no /proc. */
export function describeProcess(pid: number): ProcessDescription | undefined {
  try {
    return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
  } catch {
    return undefined;
  }
}

/** Whether the process runs; one that has ended and that nobody collected (a zombie) does not. */
export function isRunning(pid: number): boolean {
  const { command = '' } = describeProcess(pid) ?? {};
  return command !== '' && !command.endsWith('<defunct>');
}

function fromProc(pid: number): ProcessDescription {
  const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return { parent: Number(parent), command };
}

function fromPs(pid: number): ProcessDescription {
  const line = execFileSync('ps', ['-ww', '-o', 'ppid=,command=', '-p', String(pid)], {
    encoding: 'utf8',
  }).trim();
  const [, parent, command = ''] = /^(\d+)\s+(.*)$/s.exec(line) ?? [];
  return { parent: Number(parent), command };
}
