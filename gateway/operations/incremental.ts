import type { GraphQLFormattedError } from 'graphql';
import type { RunError } from '../engine/execution/run.ts';
import type { FinishedPart, FinishedParts, PendingPart, Rest } from '../engine/response/parts.ts';

/**
 * How answers in parts are written: as deployed clients read them (`deferSpec=20220824`, where every part says its place),
 * or as the later proposal has it (`incrementalSpec=v0.2`, where parts are announced under ids).
 */
export type IncrementalFormat = '20220824' | 'v0.2';

export interface IncrementalOptions {
  format: IncrementalFormat;
  /** Errors as clients get them. */
  tell(errors: readonly RunError[]): readonly GraphQLFormattedError[];
  /** What a part is told to have failed of that could not be made at all. */
  failure(error: unknown, path: PendingPart['path']): GraphQLFormattedError;
  /** Hears all errors that were told, when the last part was taken or nobody takes any more. */
  ended(errors: readonly GraphQLFormattedError[]): void;
}

/** Members of the first answer beside data and errors, as JSON after a comma. */
export function firstMembers({ pending }: Rest, format: IncrementalFormat): string {
  const announced = format === 'v0.2' ? `,"pending":${JSON.stringify(pending.map(announcement))}` : '';
  return `${announced},"hasNext":true`;
}

/** The answers that follow the first one, each a JSON text. */
export async function* followingAnswers(
  { pending: announced, parts }: Rest,
  { format, tell, failure, ended }: IncrementalOptions,
): AsyncGenerator<string> {
  const pending = new Map(announced.map((part) => [part.id, part]));
  const told: GraphQLFormattedError[] = [];
  const write = format === 'v0.2' ? announcedParts : placedParts;
  const withErrors = (part: FinishedPart): WrittenPart => {
    const errors = part.errors.length === 0 ? [] : tell(part.errors);
    told.push(...errors);
    return { ...part, errors };
  };
  try {
    for await (const { finished, ...following } of parts) {
      for (const { id } of finished) pending.delete(id);
      for (const part of following.pending) pending.set(part.id, part);
      yield write(finished.map(withErrors), following);
    }
  } catch (error) {
    const lost = [...pending.values()].map((part) => ({
      ...part,
      data: 'null',
      errors: [failure(error, part.path)],
    }));
    told.push(...lost.flatMap(({ errors }) => errors));
    yield write(lost, { pending: [], hasNext: false });
  } finally {
    ended(told);
  }
}

interface WrittenPart extends PendingPart {
  data: string;
  errors: readonly GraphQLFormattedError[];
}

type Write = (parts: readonly WrittenPart[], following: Omit<FinishedParts, 'finished'>) => string;

const placedParts: Write = (parts, { hasNext }) => {
  const incremental = parts.map(({ data, path, label, errors }) => {
    const named = label === undefined ? '' : `,"label":${JSON.stringify(label)}`;
    return `{"data":${data},"path":${JSON.stringify(path)}${named}${errorsMember(errors)}}`;
  });
  return `{"incremental":[${incremental.join(',')}],"hasNext":${hasNext}}`;
};

const announcedParts: Write = (parts, { pending, hasNext }) => {
  const incremental = parts
    .filter(({ data }) => data !== 'null')
    .map(({ id, data, errors }) => `{"id":"${id}","data":${data}${errorsMember(errors)}}`);
  const completed = parts.map(({ id, data, errors }) => {
    return `{"id":"${id}"${data === 'null' ? errorsMember(errors) : ''}}`;
  });
  const members = [
    ...(pending.length > 0 ? [`"pending":${JSON.stringify(pending.map(announcement))}`] : []),
    ...(incremental.length > 0 ? [`"incremental":[${incremental.join(',')}]`] : []),
    `"completed":[${completed.join(',')}]`,
    `"hasNext":${hasNext}`,
  ];
  return `{${members.join(',')}}`;
};

function errorsMember(errors: readonly GraphQLFormattedError[]): string {
  return errors.length === 0 ? '' : `,"errors":${JSON.stringify(errors)}`;
}

function announcement({ id, path, label }: PendingPart) {
  return { id, path, ...(label !== undefined && { label }) };
}
