import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Bytes of this process's heap that something still holds. */
export function heldBytes(): number {
  for (let turn = 0; turn < 2; turn += 1) collect();
  return process.memoryUsage().heapUsed;
}
