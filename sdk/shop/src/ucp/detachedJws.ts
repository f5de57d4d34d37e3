/**
 * Signatures over what a platform is sent: a detached JWS with its payload as it is, ES256, by the key of the shop.
 * Source: RFC 7515 appendix F, RFC 7797, RFC 7638; Universal Commerce Protocol 2026-01-23, order, webhook signatures.   Floor: shop ucp.
 */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';

/** Public half, for `signing_keys`. @param key PKCS #8, DER */
export function jwkOf(key: Uint8Array): { readonly kid: string; readonly [field: string]: unknown } {
  const { crv, kty, x, y } = createPublicKey(privateKeyOf(key)).export({ format: 'jwk' });
  // Fields in the order of their names: the thumbprint is of this text.
  const kid = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
  return { kid, kty, crv, x, y, use: 'sig', alg: 'ES256' };
}

/** @returns `HEADER..SIGNATURE` */
export function signDetached(key: Uint8Array, payload: string): string {
  const header = { alg: 'ES256', kid: jwkOf(key).kid, b64: false, crit: ['b64'] };
  const encoded = Buffer.from(JSON.stringify(header)).toString('base64url');
  const signature = sign('sha256', Buffer.from(`${encoded}.${payload}`), {
    key: privateKeyOf(key),
    dsaEncoding: 'ieee-p1363',
  });
  return `${encoded}..${signature.toString('base64url')}`;
}

function privateKeyOf(der: Uint8Array): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
}
