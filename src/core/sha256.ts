/** SHA-256 of text (as UTF-8) or bytes, in hex. Web Crypto: the same on every runtime. */
export async function sha256(data: string | Uint8Array): Promise<string> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(data);
  // eslint-disable-next-line no-restricted-globals -- a digest is a pure function; it is randomness that the rule keeps out
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
