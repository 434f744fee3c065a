import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's own folder, without a slash at the end. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');
/** What was downloaded or can be made again. */
export const CACHE_DIR = join(ROOT, '.cache');
/** The development system's data (databases, keys, logs): .data/, or where FITME_DATA_DIR says. */
export const DATA_DIR = process.env['FITME_DATA_DIR'] ?? join(ROOT, '.data');
/** The storage contract: a folder a domain. */
export const PRISMA_DIR = join(ROOT, 'prisma');
