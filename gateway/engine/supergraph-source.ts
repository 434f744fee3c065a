import type { Logger } from '#observability/logger.ts';
import type { SupergraphConfig } from '../config/supergraph.ts';
import { openFileSource } from './supergraph-file.ts';
import { openRedisSource } from './supergraph-redis.ts';
import { openUrlSource } from './supergraph-url.ts';

/** Where supergraphs come from. */
export interface SupergraphSource {
  /** How to call it in a log line: no credentials. */
  name: string;
  /**
   * The one that is there now.
   *
   * @throws where it cannot be had
   */
  read(): Promise<string>;
  /** Calls with what is there whenever that may have changed, perhaps with the same twice. Called once. */
  follow(listener: SourceListener): void;
  close(): void;
}

export interface SourceListener {
  found(sdl: string): void;
  /** A look failed: what was there stays. */
  unavailable(error: unknown): void;
}

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
