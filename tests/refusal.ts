import { DomainError } from '#platform/errors.ts';

/** A refused call, as far as its caller sees it. */
type Refusal = Pick<DomainError, 'code' | 'message' | 'fields' | 'retryAfterMs'>;

/** How a call is refused; the test fails where it is not. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const outcome = await call.then(
    (answer) => new Error(`The call was not refused: ${JSON.stringify(answer)}`),
    (error: unknown) => error,
  );
  if (!(outcome instanceof DomainError)) throw outcome;
  const { code, message, fields, retryAfterMs } = outcome;
  return { code, message, fields, retryAfterMs };
}
