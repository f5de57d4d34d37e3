/**
 * Release keys from PEM files, as `openssl ecparam -name prime256v1 -genkey` makes them.
 * Floor: cli.
 */
import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { type ReleaseKey, type ReleasePublicKey, releaseKey, releasePublicKey } from '@comptoir/factory';
import { concatBytes } from '@comptoir/protocol';
import { readFile, refusal } from '../files.js';

export function privateKeyFrom(path: string): ReleaseKey {
  const { d } = jwkOf(path, (pem) => createPrivateKey(pem));
  return releaseKey(fromBase64Url(d));
}

/** @param path of a public key, or of a private one: then its public half */
export function publicKeyFrom(path: string): ReleasePublicKey {
  const { x, y } = jwkOf(path, (pem) => createPublicKey(pem));
  return releasePublicKey(concatBytes(fromBase64Url(x), fromBase64Url(y)));
}

function jwkOf(path: string, read: (pem: Buffer) => KeyObject): ReturnType<KeyObject['export']> & JsonWebKey {
  const pem = Buffer.from(readFile(path));
  try {
    const jwk = read(pem).export({ format: 'jwk' }) as JsonWebKey;
    if (jwk.crv === 'P-256') return jwk as never;
  } catch {
    // The sentence below is what a person needs; a parser's own words may hold parts of the file.
  }
  throw refusal(`${path} is no P-256 key in PEM.`);
}

/** The JWK of a P-256 key pads its numbers to 32 bytes. */
function fromBase64Url(text: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(text ?? '', 'base64url'));
}
