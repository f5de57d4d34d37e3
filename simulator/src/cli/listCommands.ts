/**
 * `card list` and `pki export`: the test data, for any other terminal and for people.
 * Floor: simulator.
 */
import { toHex } from '@comptoir/protocol';
import type { Command } from 'commander';
import { describeCards } from '../cards/describeCards.js';
import { createTestPki } from '../pki/testPki.js';
import type { Surroundings } from './surroundings.js';

interface ListOptions {
  readonly json?: true;
}

export function addListCommands(program: Command, { out }: Surroundings): void {
  program
    .command('card')
    .description('the test cards')
    .command('list')
    .description('all cards by name')
    .option('--json', 'a JSON array')
    .action(({ json }: ListOptions) => {
      const cards = describeCards();
      if (json) return out(JSON.stringify(cards));
      const width = Math.max(...cards.map(({ name }) => name.length));
      for (const { name, interfaces, maskedNumber, description } of cards) {
        out(`${name.padEnd(width)}  ${interfaces.join('+').padEnd(19)}  ${maskedNumber.padEnd(19)}  ${description}`);
      }
    });
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
