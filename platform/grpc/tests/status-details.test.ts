import { status } from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import { DomainError } from '../../errors.ts';
import { decodeStatusDetails, encodeStatusDetails } from '../status-details.ts';

/** As Python's googleapis-common-protos 1.72 packs and serialises them. */
const FROM_PYTHON =
  'CAkSI0EgbWVzc2FnZSB0YWtlcyA1MCBkaWZmZXJlbnQgZW1vamkuGk8KKHR5cGUuZ29vZ2xlYXBpcy5jb20vZ29vZ2xlLnJwYy5FcnJvckluZm8SIwoLRU1PSklfTElNSVQSBWZpdG1lGg0KB21heGltdW0SAjUwGkcKKXR5cGUuZ29vZ2xlYXBpcy5jb20vZ29vZ2xlLnJwYy5CYWRSZXF1ZXN0EhoKGAoFZW1vamkSD2lzIG9uZSB0b28gbWFueRo2Cih0eXBlLmdvb2dsZWFwaXMuY29tL2dvb2dsZS5ycGMuUmV0cnlJbmZvEgoKCAgCEIDKte4B';

const DETAILS = {
  reason: 'EMOJI_LIMIT',
  parameters: { maximum: 50 },
  fields: [{ path: 'emoji', message: 'is one too many' }],
  retryAfterMs: 2_500,
} as const;

it('writes the details of an error as other libraries do', () => {
  const error = new DomainError('FAILED_PRECONDITION', 'A message takes 50 different emoji.', DETAILS);
  expect(encodeStatusDetails(status.FAILED_PRECONDITION, error).toString('base64')).toBe(FROM_PYTHON);
});

it('reads what other libraries write', () => {
  expect(decodeStatusDetails(Buffer.from(FROM_PYTHON, 'base64'))).toEqual(DETAILS);
});

it('keeps texts and numbers apart, and says the reason of every error', () => {
  const details = { parameters: { scopes: '1,2' } };
  const bytes = encodeStatusDetails(status.NOT_FOUND, new DomainError('NOT_FOUND', 'Nothing.', details));
  expect(decodeStatusDetails(bytes)).toEqual({ ...details, reason: 'NOT_FOUND' });
});

it.each([
  ['nothing', ''],
  ['bytes of no such form', 'ff'],
  ['the reason of somebody else', otherDomain()],
])('takes nothing from %s', (_what, hex) => {
  expect(decodeStatusDetails(Buffer.from(hex, 'hex'))).toEqual({});
});

function otherDomain(): string {
  const hex = Buffer.from(FROM_PYTHON, 'base64')
    .subarray(0, 2 + 0x23 + 2 + 2 + 0x4f - 2)
    .toString('hex');
  return hex.replace(Buffer.from('fitme').toString('hex'), Buffer.from('other').toString('hex'));
}
