import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { GraphQLError } from 'graphql';
import type { Logger } from '#observability/logger.ts';
import { ConfigError } from '#platform/config.ts';
import { type GatewayErrorCode, gatewayError } from '../request/errors.ts';
import type { GatewayPlugin } from './plugin.ts';

/** What a module of PLUGIN_MODULES exports as its default: it makes a plugin, or several, once a gateway. */
export type CreatePlugin = (
  tools: PluginTools,
) => GatewayPlugin | readonly GatewayPlugin[] | Promise<GatewayPlugin | readonly GatewayPlugin[]>;

/** What a plugin is given. */
export interface PluginTools {
  /** Writes to the gateway's log. */
  log: Logger;
  /**
   * Makes the error by which a hook refuses an operation, to be thrown.
   *
   * @param message says what happened and what to do
   * @param status of HTTP; 400 where left out
   */
  refusal(code: GatewayErrorCode, message: string, status?: number): GraphQLError;
}

/**
 * Loads the plugins of an operator's own modules, in the order in which they are named.
 *
 * @param modules paths, relative to where the gateway was started
 * @throws ConfigError where one cannot be loaded, or exports nothing that makes a plugin
 */
export async function loadPlugins(modules: readonly string[], log: Logger): Promise<GatewayPlugin[]> {
  const refusal: PluginTools['refusal'] = (code, message, status = 400) =>
    gatewayError(code, message, { status });
  const plugins: GatewayPlugin[] = [];
  for (const module of modules) {
    const create = await importDefault(module);
    plugins.push(...[await create({ log, refusal })].flat());
  }
  return plugins;
}

async function importDefault(module: string): Promise<CreatePlugin> {
  const { href } = pathToFileURL(resolve(module));
  const exported = (await import(href).catch((cause: Error) => {
    throw new ConfigError(`PLUGIN_MODULES: ${module} cannot be loaded: ${cause.message}`);
  })) as { default?: unknown };
  if (isCreatePlugin(exported.default)) return exported.default;
  throw new ConfigError(
    `PLUGIN_MODULES: ${module} takes a default export ({ log, refusal }) => GatewayPlugin`,
  );
}

function isCreatePlugin(value: unknown): value is CreatePlugin {
  return typeof value === 'function';
}
