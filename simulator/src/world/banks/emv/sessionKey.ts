/**
 * A card's key for one transaction.
 * Source: EMV 4.4 Book 2 Annex A1.3 (common); EMV 4.1 Book 2 Annex A1.3 (the tree of EMV2000); pyemv `kd.py` for Visa's secure messaging.
 * Floor: simulator world. Memory: every result is new bytes, 16, odd parity: the caller wipes them.
 */
import { BLOCK_BYTES, KEY_BYTES, tripleDes, withOddParity, xor } from './tripleDes.js';

/** @param diversification R, 8 bytes; its third byte is replaced */
export function commonSessionKey(masterKey: Uint8Array, diversification: Uint8Array): Uint8Array {
  const blocks = new Uint8Array(KEY_BYTES);
  blocks.set(diversification);
  blocks.set(diversification, BLOCK_BYTES);
  blocks[2] = 0xf0;
  blocks[BLOCK_BYTES + 2] = 0x0f;
  return withOddParity(tripleDes(masterKey, blocks));
}

const TREE_HEIGHT = 8;
/** Four branches: two bits of the counter a level. */
const BRANCH_BITS = 2;

/** The tree with initial value zero. @param counter 9F36, 0..65535 */
export function emv2000SessionKey(masterKey: Uint8Array, counter: number): Uint8Array {
  let grandparent = new Uint8Array(KEY_BYTES);
  let parent = masterKey.slice();
  for (let level = TREE_HEIGHT - 1; level > 0; level -= 1) {
    const key = child(parent, grandparent, (counter >> (BRANCH_BITS * level)) & 3);
    grandparent.fill(0);
    grandparent = parent;
    parent = key;
  }
  const last = child(parent, grandparent, counter & 3);
  const session = withOddParity(xor(last, grandparent));
  for (const wiped of [grandparent, parent, last]) wiped.fill(0);
  return session;
}

function child(parent: Uint8Array, grandparent: Uint8Array, branch: number): Uint8Array<ArrayBuffer> {
  const blocks = grandparent.slice();
  blocks[BLOCK_BYTES - 1] = (blocks[BLOCK_BYTES - 1] ?? 0) ^ branch;
  blocks[KEY_BYTES - 1] = (blocks[KEY_BYTES - 1] ?? 0) ^ branch ^ 0xf0;
  return tripleDes(parent, blocks).slice();
}

/** Of Visa's issuer scripts: the counter goes into the left part, its complement into the right. @param counter 9F36, 2 bytes */
export function visaScriptSessionKey(masterKey: Uint8Array, counter: Uint8Array): Uint8Array {
  const changed = new Uint8Array(KEY_BYTES);
  changed.set(counter, BLOCK_BYTES - counter.length);
  changed.set(xor(counter, Uint8Array.of(0xff, 0xff)), KEY_BYTES - counter.length);
  return withOddParity(xor(masterKey, changed));
}
