import { DomainError } from './errors.ts';

/** Runs a call, and tells the code that its caller gets and how many seconds it took; of cancelled calls too. */
export async function measured<Result>(
  call: () => Promise<Result>,
  tell: (code: string, seconds: number) => void,
): Promise<Result> {
  const start = performance.now();
  let code = 'OK';
  try {
    return await call();
  } catch (error) {
    code = error instanceof DomainError ? error.code : 'INTERNAL';
    throw error;
  } finally {
    tell(code, (performance.now() - start) / 1_000);
  }
}
