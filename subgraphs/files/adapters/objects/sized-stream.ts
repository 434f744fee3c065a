import { Transform } from 'node:stream';

/** A stream had another number of bytes than it was to have. */
export class SizeError extends Error {
  override readonly name = 'SizeError';
}

/** Passes bytes on, and fails where they are not exactly so many. */
export function exactly(sizeBytes: number): Transform {
  let passed = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passed += chunk.length;
      if (passed > sizeBytes) done(new SizeError(`more than the ${sizeBytes} bytes that were to come`));
      else done(null, chunk);
    },
    flush(done) {
      done(passed < sizeBytes ? new SizeError(`${passed} of ${sizeBytes} bytes came`) : null);
    },
  });
}
