import type { Environment } from '#platform/config.ts';
import { readGatewayConfig } from '../../gateway/config.ts';

/** The engine whose differences may stand, as others know them too. */
export const REFERENCE_ENGINE = 'stock';

/** The gateway's engines, as ENGINE names them. */
const ENGINES = [REFERENCE_ENGINE, 'compiled'];

/** Those that this gateway's configuration takes: every one is held to the same answers. */
export function acceptedEngines(environment: Environment): string[] {
  const accepts = (engine: string) => {
    try {
      readGatewayConfig({ ...environment, ENGINE: engine });
      return true;
    } catch {
      return false;
    }
  };
  // A configuration that takes any name has no choice of engines.
  return accepts('no engine at all') ? [REFERENCE_ENGINE] : ENGINES.filter(accepts);
}
