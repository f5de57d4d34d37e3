/**
 * Kind noise.handshake: the reader's side of a handshake with known keys, then messages both ways.
 * Floor: vectors.
 */
import { toHex } from '@comptoir/protocol';
import { NoiseResponder } from '../link/noiseResponder.js';
import type { VectorHandler } from './vectorInput.js';

export const linkVectors: { readonly [kind: string]: VectorHandler } = {
  'noise.handshake': (input, secure) => {
    const responder = new NoiseResponder(secure, input.hex('prologue'));
    const identity = secure.keyPairFrom(input.hex('static'));
    const ephemeral = secure.keyPairFrom(input.hex('ephemeral'));
    const publicKey = secure.publicKey(identity);
    const work = responder.respond(input.hex('first'), identity, publicKey, input.hex('payload'), ephemeral);
    let step = work.next();
    while (step.done !== true) step = work.next();
    const second = step.value;
    secure.eraseKey(identity);
    if (second === undefined) return { ok: false };
    const keys = responder.finish(input.hex('third'));
    if (keys === undefined) return { ok: false, second: toHex(second) };
    const messages = input.list('messages').map((message) => {
      if (message.has('plain')) return toHex(keys.seal(message.hex('plain')));
      const plain = keys.open(message.hex('sealed'));
      return plain === undefined ? 'refused' : toHex(plain);
    });
    keys.erase();
    return { ok: true, second: toHex(second), hash: toHex(responder.hash), messages };
  },
};
