import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tryLock } from 'fs-native-extensions';

/**
 * A lock on a file, which the system keeps for the open file: it ends with the process, however that ends. The file itself stays,
 * since whoever removed it would let a second holder in on a new file of that name.
 */
export interface Lock {
  release(): void;
}

/** Does work while nobody else does who names the same file, in this process or another one. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let lock = takeLock(file);
  for (; lock === undefined; lock = takeLock(file)) await sleep(50);
  try {
    return await work();
  } finally {
    lock.release();
  }
}

/** Takes the lock, until it is released or this process ends; undefined where somebody has it. */
export function takeLock(file: string): Lock | undefined {
  const descriptor = openSync(file, 'a+');
  if (!tryLock(descriptor)) {
    closeSync(descriptor);
    return undefined;
  }
  ftruncateSync(descriptor);
  writeSync(descriptor, String(process.pid));
  return { release: () => closeSync(descriptor) };
}

/** The id of the process that took the lock last; NaN where none has. */
export function holderOf(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8') || Number.NaN);
  } catch {
    return Number.NaN;
  }
}
