import { v7 as uuidv7 } from 'uuid';
import { PrismaClient } from '#gen/prisma/diet/client.ts';
import { createDatabase } from '#platform/db/database.ts';
import { createFoodImports } from '../../store/food-imports.ts';
import { type ImportOptions, type ImportProgress, importFoods } from '../imports/import-foods.ts';
import { installCatalogue } from './catalogue.ts';

/** The catalogue of foods, for whoever fills it from outside of the service. */
export interface Catalogue {
  /** Brings in the foods that everybody knows; run again, it adds nothing. */
  install(): Promise<void>;
  /** Brings in a dump of others. */
  import(options: Omit<ImportOptions, 'imports'>): Promise<ImportProgress>;
  close(): Promise<void>;
}

/** @param url - The domain's own database. */
export function openCatalogue(url: string): Catalogue {
  const db = createDatabase({
    url,
    domain: 'diet',
    poolSize: 2,
    statementTimeoutMs: 60_000,
    createPrisma: (adapter) => new PrismaClient({ adapter }),
    newId: uuidv7,
    onAppended: () => undefined,
  });
  const imports = createFoodImports({ db, now: Date.now, newId: uuidv7 });
  return {
    install: () => installCatalogue(imports),
    import: (options) => importFoods({ ...options, imports }),
    close: () => db.close(),
  };
}
