/**
 * Kind configuration.check: a signed configuration as it lies in flash, checked wholly.
 * Floor: vectors.
 */
import { NO_BYTES } from '@comptoir/protocol';
import { type Board, PLACE } from '../board/board.js';
import { NO_SEQUENCE, openConfiguration } from '../commands/configuration/configuration.js';
import type { VectorHandler } from './vectorInput.js';

export const configurationVectors: { readonly [kind: string]: VectorHandler } = {
  'configuration.check': (input, secure) => {
    const object = input.hex('object');
    const part = (offset: number, length: number): Uint8Array => object.subarray(offset, offset + length);
    const board: Pick<Board, 'configuration' | 'identity' | 'roleKey' | 'secure'> = {
      secure,
      identity: { model: input.text('model'), serial: input.text('serial') },
      roleKey: () => (input.has('signer') ? input.hex('signer') : NO_BYTES),
      configuration: {
        read: (_place, offset, length) => part(offset, length).slice(),
        sha256: (_place, offset, length) => secure.sha256(part(offset, length)),
        begin: () => false,
        write: () => false,
        finish: () => false,
      },
    };
    const opened = openConfiguration(board, PLACE.coming, input.optionalNumber('above') ?? NO_SEQUENCE);
    if (!opened.ok) return { ok: false, refusal: opened.refusal, at: opened.at };
    const { sequence, message, applications } = opened;
    return { ok: true, sequence, merchantIdentifier: message.merchantIdentifier, applications: applications.length };
  },
};
