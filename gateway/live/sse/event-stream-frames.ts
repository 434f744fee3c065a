import type { LiveMessage } from '../delivery/message.ts';

/** Keeps a stream from looking dead; clients pass it over. */
export const COMMENT: Buffer = Buffer.from(':\n\n');

/** A result of the one operation of a stream; its cursor is where a client that lost the stream resumes. */
export function nextFrame({ body, cursor }: LiveMessage): Buffer {
  const id = cursor === null ? '' : `id: ${cursor}\n`;
  return Buffer.from(`${id}event: next\ndata: ${oneLine(body)}\n\n`);
}

/** The operation of a stream is over. The empty data makes browsers tell of it. */
export const COMPLETE_FRAME: Buffer = Buffer.from('event: complete\ndata:\n\n');

/** A result of one of several operations of a stream. */
export function nextFrameOf(operationId: string, { body }: LiveMessage): Buffer {
  const id = JSON.stringify(operationId);
  return Buffer.from(`event: next\ndata: {"id":${id},"payload":${oneLine(body)}}\n\n`);
}

/** One of several operations of a stream is over. */
export function completeFrameOf(operationId: string): Buffer {
  return Buffer.from(`event: complete\ndata: ${JSON.stringify({ id: operationId })}\n\n`);
}

/** Line breaks outside of JSON's strings are space, and in them they are escaped; in an event they would end the data. */
function oneLine(json: string): string {
  return /[\r\n]/.test(json) ? json.replaceAll(/[\r\n]+/g, ' ') : json;
}
