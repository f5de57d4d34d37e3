/**
 * `pki export`: the keys of the test cards, for any other terminal and for people.
 * Floor: simulator cli.
 */
import { toHex } from '@comptoir/protocol';
import type { Command } from 'commander';
import { createTestPki } from '../world/pki/testPki.js';
import type { Surroundings } from './surroundings.js';

interface ListOptions {
  readonly json?: true;
}

export function addPkiCommand(program: Command, { out }: Surroundings): void {
  program
    .command('pki')
    .description('the test PKI')
    .command('export')
    .description('the CA public keys of the test cards')
    .option('--json', 'a JSON array: rid, index, modulus, exponent, sha1, all hexadecimal')
    .action(({ json }: ListOptions) => {
      const keys = createTestPki()
        .certificationAuthorityKeys()
        .map(({ rid, index, modulus, exponent, sha1 }) => ({
          rid: toHex(rid),
          index: toHex(Uint8Array.of(index)),
          modulus: toHex(modulus),
          exponent: toHex(exponent),
          sha1: toHex(sha1),
        }));
      if (json) return out(JSON.stringify(keys));
      for (const { rid, index, modulus, exponent, sha1 } of keys) {
        out(
          [`RID ${rid}  index ${index}  exponent ${exponent}`, `  SHA-1   ${sha1}`, `  modulus ${modulus}`].join('\n'),
        );
      }
    });
}
