import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';
import { createCatalogAdapters } from './catalog-adapters.ts';
import type { Domain } from './domains.ts';

type Bindings = typeof import('@prisma/schema-engine-wasm');

/** Node has it; TypeScript declares it only together with the whole browser. */
declare const WebAssembly: {
  instantiate(code: Uint8Array, imports: object): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

/** Prisma's schema engine, bound to one domain's schema of one database. */
interface DomainEngine {
  /** The SQL that would turn the database into what schema.prisma says, leaving `external` tables alone; empty where nothing would change. */
  diff(external: readonly string[]): Promise<string>;
  close(): Promise<void>;
}

/**
 * Prisma's CLI would download an engine binary; its WebAssembly build does the same work over the `pg` driver.
 *
 * @param adminUrl a database in which the domain's schema exists, as someone who may change it.
 */
export async function openSchemaEngine(adminUrl: string, domain: Domain): Promise<DomainEngine> {
  const { SchemaEngine } = await loadOnce();
  const { adapters, close } = createCatalogAdapters(adminUrl, domain.name);
  const engine: SchemaEngine = await SchemaEngine.new(
    { datamodels: [[domain.schemaPath, domain.schema]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(adapters),
  );
  const files = [{ path: domain.schemaPath, content: domain.schema }];
  return {
    diff: async (external) => {
      const { stdout } = await engine.diff({
        from: { tag: 'schemaDatasource', files, configDir: domain.migrationsDir },
        to: { tag: 'schemaDatamodel', files },
        script: true,
        exitCode: null,
        filters: { externalTables: external.map((table) => `${domain.name}.${table}`), externalEnums: [] },
      });
      return stdout === null || /^-- This is an empty migration/.test(stdout) ? '' : stdout;
    },
    close: async () => {
      engine.free();
      await close();
    },
  };
}

let loaded: Promise<Bindings> | undefined;

/** The generated bindings hold one instance for the whole process: a second one would corrupt the first. */
function loadOnce(): Promise<Bindings> {
  loaded ??= load();
  return loaded;
}

/** By hand what a bundler would do: Node imports WebAssembly as a module only with a warning. */
async function load(): Promise<Bindings> {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const url = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm');
  const { instance } = await WebAssembly.instantiate(await readFile(fileURLToPath(url)), {
    './schema_engine_bg.js': withIdleTimers(bindings),
  });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  return bindings as unknown as Bindings;
}

/** The engine never clears the timeout of a lock, ten seconds; it should not keep a finished process alive. */
function withIdleTimers(bindings: object): object {
  const idle = (callback: () => void, ms: number) => setTimeout(callback, ms).unref();
  const amend = ([name, value]: [string, unknown]) => [
    name,
    name.startsWith('__wbg_setTimeout_') ? idle : value,
  ];
  return Object.fromEntries(Object.entries(bindings).map(amend));
}
