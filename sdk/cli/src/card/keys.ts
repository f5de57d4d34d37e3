/**
 * `comptoir card keys`: makes an issuer.
 * Floor: cli.
 */

import { issuerFileText, issuerPublicKey, newIssuerFile } from '@comptoir/issuer';
import { toHex } from '@comptoir/protocol';
import { systemRandom } from '@comptoir/sdk';
import { createFile } from '../files.js';
import { EXIT, type ExitCode, type Output } from '../session.js';

/** Never over a file that is there: keys that are gone take every card with them. */
export function makeKeys(path: string, { print }: Output): ExitCode {
  const file = newIssuerFile(systemRandom);
  createFile(path, new TextEncoder().encode(issuerFileText(file)));
  const publicKey = toHex(issuerPublicKey(file.signing));
  print({ file: path, publicKey }, [
    `${path}: an issuer's keys, for development only, readable by you alone`,
    `public key ${publicKey}`,
  ]);
  return EXIT.ok;
}
