/**
 * The commands that carry a signed object to a card, for whatever talks to it.
 * Source: docs/reference/wallet-applet.md, STORE DATA.   Floor: issuer.
 */
import { concatBytes } from '@comptoir/protocol';
import { WALLET_AID } from '@comptoir/protocol/wallet';

/** What a command carries at most, less than a short Lc allows. */
const BLOCK_BYTES = 240;
const LAST_BLOCK = 0x80;

/** Before the first object; the wallet stays selected. */
export const SELECT_WALLET: Uint8Array = concatBytes(
  Uint8Array.of(0x00, 0xa4, 0x04, 0x00, WALLET_AID.length),
  WALLET_AID,
  Uint8Array.of(0x00),
);

/** In order; each is answered 9000, or the rest isn't sent. @param object as it was signed */
export function storeData(object: Uint8Array): readonly Uint8Array[] {
  const commands: Uint8Array[] = [];
  for (let at = 0; at < object.length; at += BLOCK_BYTES) {
    const block = object.subarray(at, at + BLOCK_BYTES);
    const isLast = at + BLOCK_BYTES >= object.length;
    const header = Uint8Array.of(0x80, 0xe2, isLast ? LAST_BLOCK : 0, commands.length, block.length);
    commands.push(concatBytes(header, block));
  }
  return commands;
}
