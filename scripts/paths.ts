import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder, without a slash at the end. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
/** What was downloaded or can be made again: .cache/, or where FITME_CACHE_DIR says (bootstrap.mjs sets it where .cache/ cannot be written). */
export const CACHE_DIR = resolve(ROOT, process.env['FITME_CACHE_DIR'] || '.cache');
/** The development system's data (databases, keys, logs): .data/, or where FITME_DATA_DIR says. */
export const DATA_DIR = resolve(ROOT, process.env['FITME_DATA_DIR'] || '.data');
/** What the development system's processes say. */
export const LOGS_DIR = join(DATA_DIR, 'logs');
/** The storage contract: a folder a domain. */
export const PRISMA_DIR = join(ROOT, 'prisma');

/** A path as somebody who stands in the project's folder would type it. */
export function shownPath(path: string): string {
  const inside = relative(ROOT, path);
  return inside.startsWith('..') ? path : inside;
}
