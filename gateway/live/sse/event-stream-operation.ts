import { LiveUnavailableError } from '../connections/close-codes.ts';
import { encodeOnce, type LiveMessage, liveMessage, type Receiver } from '../delivery/message.ts';
import type { EventStream } from './event-stream.ts';
import { COMPLETE_FRAME, completeFrameOf, nextFrame, nextFrameOf } from './event-stream-frames.ts';

/** Makes the result that tells of an error: JSON. */
export type DescribeError = (error: unknown) => string;

/** The client of a stream that is there for one operation. */
export function receiverOfStream(stream: EventStream, describe: DescribeError): Receiver {
  const send = (message: LiveMessage) =>
    stream.write(encodeOnce(message.streamFrames, '', () => nextFrame(message)));
  const complete = () => {
    stream.write(COMPLETE_FRAME);
    stream.end();
  };
  return {
    isFree: stream.isFree,
    free: stream.free,
    send,
    complete,
    fail(error) {
      // Nothing completes it: the client connects again, and resumes.
      if (error instanceof LiveUnavailableError) return stream.end();
      send(liveMessage(describe(error), null));
      complete();
    },
  };
}

export interface StreamOperationOptions {
  stream: EventStream;
  /** The client's name for it. */
  id: string;
  describe: DescribeError;
  /** Told once, when nothing more of it is sent. */
  ended(): void;
}

/** One of the operations of a stream. */
export interface StreamOperation extends Receiver {
  /** What refused it before it was under way, which is then not sent; undefined where nothing did. */
  begun(): unknown;
}

/** The client of one of several operations of a stream. */
export function receiverInStream({ stream, id, describe, ended }: StreamOperationOptions): StreamOperation {
  let isUnderWay = false;
  let refusal: unknown;
  const send = (message: LiveMessage) =>
    stream.write(encodeOnce(message.streamFrames, id, () => nextFrameOf(id, message)));
  const complete = () => {
    stream.write(completeFrameOf(id));
    ended();
  };
  return {
    isFree: stream.isFree,
    free: stream.free,
    send,
    complete,
    begun() {
      isUnderWay = true;
      return refusal;
    },
    fail(error) {
      if (!isUnderWay) {
        refusal = error;
        return ended();
      }
      if (error instanceof LiveUnavailableError) return stream.end();
      send(liveMessage(describe(error), null));
      complete();
    },
  };
}
