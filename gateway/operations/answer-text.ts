import type { GraphQLFormattedError } from 'graphql';
import type { PendingPart } from '../engine/response/parts.ts';
import type { Answer, AnsweredParts, AnswerParts } from './runner-result.ts';

/**
 * How answers in parts are written: as deployed clients read them (`deferSpec=20220824`, where every part says its place),
 * or as the later proposal has it (`incrementalSpec=v0.2`, where parts are announced under ids).
 */
export type IncrementalFormat = '20220824' | 'v0.2';

/** An answer as JSON; in a format, as the first of several. */
export function answerText(
  { data, errors, extensions, parts }: Pick<Answer, 'data' | 'errors' | 'extensions' | 'parts'>,
  format?: IncrementalFormat,
): string {
  const errorsText = errors.length === 0 ? '' : `"errors":${JSON.stringify(errors)},`;
  const further = extensions === undefined ? '' : `,"extensions":${JSON.stringify(extensions)}`;
  const members = parts && format ? firstMembers(parts.pending, format) : '';
  return `{${errorsText}"data":${data}${further}${members}}`;
}

/** The texts that follow an answer in parts, each a JSON text. */
export async function* followingTexts(
  { following }: AnswerParts,
  format: IncrementalFormat,
): AsyncGenerator<string> {
  const write = format === 'v0.2' ? announcedParts : placedParts;
  for await (const parts of following) yield write(parts);
}

/** Members of the first answer beside data and errors, as JSON after a comma. */
function firstMembers(pending: readonly PendingPart[], format: IncrementalFormat): string {
  const announced = format === 'v0.2' ? `,"pending":${JSON.stringify(pending.map(announcement))}` : '';
  return `${announced},"hasNext":true`;
}

function placedParts({ finished, hasNext }: AnsweredParts): string {
  const incremental = finished.map(({ data, path, label, errors }) => {
    const named = label === undefined ? '' : `,"label":${JSON.stringify(label)}`;
    return `{"data":${data},"path":${JSON.stringify(path)}${named}${errorsMember(errors)}}`;
  });
  return `{"incremental":[${incremental.join(',')}],"hasNext":${hasNext}}`;
}

function announcedParts({ finished, pending, hasNext }: AnsweredParts): string {
  const incremental = finished
    .filter(({ data }) => data !== 'null')
    .map(({ id, data, errors }) => `{"id":"${id}","data":${data}${errorsMember(errors)}}`);
  const completed = finished.map(({ id, data, errors }) => {
    return `{"id":"${id}"${data === 'null' ? errorsMember(errors) : ''}}`;
  });
  const members = [
    ...(pending.length > 0 ? [`"pending":${JSON.stringify(pending.map(announcement))}`] : []),
    ...(incremental.length > 0 ? [`"incremental":[${incremental.join(',')}]`] : []),
    `"completed":[${completed.join(',')}]`,
    `"hasNext":${hasNext}`,
  ];
  return `{${members.join(',')}}`;
}

function errorsMember(errors: readonly GraphQLFormattedError[]): string {
  return errors.length === 0 ? '' : `,"errors":${JSON.stringify(errors)}`;
}

function announcement({ id, path, label }: PendingPart) {
  return { id, path, ...(label !== undefined && { label }) };
}
