import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a signed URL grants, beside its path; texts that no one may change. */
export type Claims = Readonly<Record<string, string>>;

/** What became of a signed URL. */
export type Verdict = { claims: Claims } | { refusal: 'forged' | 'expired' };

/** Signs URLs of this domain's own routes, so that whoever has one needs no token. */
export interface SignedUrls {
  /** `path` begins with a slash. `expiresAt` is in milliseconds since 1970; fractions of a second are dropped. */
  sign(method: string, path: string, claims: Claims, expiresAt: number): string;
  /** Looks at a URL that was called, as path and query. */
  verify(method: string, pathAndQuery: string): Verdict;
}

export interface SignedUrlsOptions {
  secret: string;
  /** Where clients reach the routes, without slash at its end. */
  baseUrl(): string;
  /** Milliseconds since 1970. */
  now(): number;
}

/** HMAC-SHA256 over method, path and every parameter. */
export function createSignedUrls({ secret, baseUrl, now }: SignedUrlsOptions): SignedUrls {
  function signatureOf(method: string, path: string, parameters: URLSearchParams): Buffer {
    const sorted = [...parameters].sort(([left], [right]) => (left < right ? -1 : 1));
    return createHmac('sha256', secret)
      .update(JSON.stringify([method, path, sorted]))
      .digest();
  }

  return {
    sign(method, path, claims, expiresAt) {
      const parameters = new URLSearchParams({ ...claims, expires: String(Math.floor(expiresAt / 1_000)) });
      parameters.set('signature', signatureOf(method, path, parameters).toString('base64url'));
      return `${baseUrl()}${path}?${parameters}`;
    },

    verify(method, pathAndQuery) {
      const [path = '', query = ''] = pathAndQuery.split('?', 2);
      const parameters = new URLSearchParams(query);
      const signature = Buffer.from(parameters.get('signature') ?? '', 'base64url');
      parameters.delete('signature');
      const expected = signatureOf(method, path, parameters);
      if (signature.length !== expected.length || !timingSafeEqual(signature, expected)) {
        return { refusal: 'forged' };
      }
      if (Number(parameters.get('expires')) * 1_000 <= now()) return { refusal: 'expired' };
      return { claims: Object.fromEntries(parameters) };
    },
  };
}
