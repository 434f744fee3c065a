import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Writes a process's variables, keys among them, for `node --env-file`; nobody but this user reads them. */
export function writeVariables(file: string, variables: Readonly<Record<string, string>>): void {
  mkdirSync(dirname(file), { recursive: true });
  const lines = Object.entries(variables).map(([name, value]) => `${name}='${value}'\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
}
