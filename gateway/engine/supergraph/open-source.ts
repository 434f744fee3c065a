import type { Logger } from '#observability/logger.ts';
import type { SupergraphConfig } from '../../config/supergraph.ts';
import { openFileSource } from './file-source.ts';
import { openRedisSource } from './redis-source.ts';
import type { SupergraphSource } from './source.ts';
import { openUrlSource } from './url-source.ts';

/** Opens the source that the configuration names. */
export function openSource(config: SupergraphConfig, log: Logger): SupergraphSource {
  const { source } = config;
  switch (source.kind) {
    case 'file':
      return openFileSource(source.path);
    case 'url':
      return openUrlSource(source, config);
    case 'redis':
      return openRedisSource(source, config, log);
  }
}
