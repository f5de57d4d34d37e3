/**
 * X25519 (RFC 7748) of the simulated board, by OpenSSL: the host's side is another implementation, so that each is the
 * other's judge, and an agreement costs a fifteenth.
 * Floor: simulator machine.
 */
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';

const KEY_BYTES = 32;
/** As JSON (RFC 8037): what comes in DER takes longer to read than to use. */
const CURVE = { kty: 'OKP', crv: 'X25519' };

/** The public key of a scalar. @param scalar 32 bytes */
export function x25519PublicKey(scalar: Uint8Array): Uint8Array {
  const { x } = createPublicKey(privateKey(scalar)).export({ format: 'jwk' });
  if (x === undefined) throw new Error('a public key has a coordinate');
  return new Uint8Array(Buffer.from(x, 'base64url'));
}

/** The secret that two share; `undefined` for a public key that isn't one, or whose secret would be zeros. */
export function x25519Secret(scalar: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  if (publicKey.length !== KEY_BYTES) return undefined;
  const key = createPublicKey({ key: { ...CURVE, x: text(publicKey) }, format: 'jwk' });
  try {
    return new Uint8Array(diffieHellman({ privateKey: privateKey(scalar), publicKey: key }));
  } catch {
    return undefined;
  }
}

/** Only `d` is read of a private key, though `x` must be there. */
function privateKey(scalar: Uint8Array): KeyObject {
  return createPrivateKey({ key: { ...CURVE, d: text(scalar), x: text(scalar) }, format: 'jwk' });
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}
