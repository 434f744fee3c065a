import type { GatewayContext } from '../../request/context.ts';
import type { Refusal } from '../authorization/authorization.ts';
import type { DataNames } from '../planning/data-names.ts';
import type { SubgraphError } from '../transport/endpoint.ts';
import type { JsonObject } from '../transport/json.ts';
import type { SharedResponse } from '../transport/shared-endpoint.ts';
import type { ResponsePath } from './walk.ts';

/** A part of a plan, ready to run. It never rejects for a subgraph's fault: that is an error of the run. */
export type Step = (run: Run) => Promise<void>;

/** One run of a compiled plan. */
export interface Run {
  /** The data that subgraphs gave so far, in one tree. */
  data: JsonObject;
  errors: RunError[];
  /** Coerced, with the defaults of the operation. */
  variables: Readonly<Record<string, unknown>>;
  context: GatewayContext;
  /** The names of the data; errors name the client's fields. */
  names: DataNames;
  /** Queries on their way, by subgraph and body: one that is asked twice at a time is sent once. */
  underWay: Map<string, SharedResponse>;
  /** Where the operation defers. */
  deferring?: Deferring;
}

/** The parts of one deferring run know this of each other. */
export interface Deferring {
  /** Deferred parts on their way, by label: each ends with its own run. */
  begun: Map<string, Promise<Run>>;
  /** Fetches of one plan that deferred parts wait for, by id; null outside of a plan that defers. */
  fetches: Map<string, PromiseWithResolvers<void>> | null;
  /** In a deferred part: until it has all that the part around it holds. */
  filled?: Promise<void>;
}

/** An error at its place in the client's operation. */
export interface RunError {
  message: string;
  /** Undefined where the subgraph did not say which field failed. */
  path: ResponsePath | undefined;
  extensions: Record<string, unknown>;
  /** Where nulls follow from it; EACH stands for every item of a list. */
  explains: readonly ResponsePath[];
}

/** Adds a subgraph's error to a run, at its place. */
export function addError(
  run: Run,
  subgraph: string,
  { message, extensions }: SubgraphError,
  path: ResponsePath,
  explains: readonly ResponsePath[] = [path],
): void {
  const responsePathOf = (place: ResponsePath) =>
    place.map((key) => (typeof key === 'string' ? run.names.responseNameOf(key) : key));
  run.errors.push({
    message: message || 'A subgraph failed.',
    path: path.length > 0 ? responsePathOf(path) : undefined,
    extensions: { ...extensions, serviceName: subgraph },
    explains: explains.map(responsePathOf),
  });
}

/** Adds the error of a field that the viewer may not read. */
export function addRefusal(run: Run, { message, code }: Refusal, path: ResponsePath): void {
  run.errors.push({ message, path, extensions: { code }, explains: [path] });
}
