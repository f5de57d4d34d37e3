/**
 * Opens the envelope that a reader makes for the acquirer.
 *
 *   size    envelope
 *   12      KSN: BDK id 4, derivation id 4, counter 4
 *   2       length of the associated data, big endian
 *   …       associated data (associatedData.ts)
 *   16      IV
 *   16 × n  AES-CBC under the data key; the plain text is BER-TLV, padded with 80 00…
 *   16      AES-CMAC under the MAC key, over everything before it
 *
 * The MAC is checked before anything is decrypted or believed.
 * Source: docs/reference/tokens.md; X9.24-3-2017 for the keys.   Floor: acquirer.
 */
import {
  type DataObject,
  decodeTlv,
  equalBytes,
  TAG_5A_APPLICATION_PAN,
  TAG_57_TRACK_2_EQUIVALENT_DATA,
  unsignedFromBytes,
} from '@comptoir/protocol';
import { TAG_C0_PROFILE_IDENTIFIER } from '@comptoir/protocol/wallet';
import { cbc, cmac } from '@noble/ciphers/aes.js';
import { KSN_BYTES } from '#crypto/dukpt';
import { type AssociatedData, parseAssociatedData } from './associatedData.js';
import { type BaseDerivationKey, keysOfKsn } from './keysOfKsn.js';

export type EnvelopeFault =
  | 'ENVELOPE_LENGTH'
  | 'KSN_COUNTER'
  | 'BDK_UNKNOWN'
  | 'MAC_WRONG'
  | 'ASSOCIATED_DATA_WRONG'
  | 'PADDING_WRONG'
  | 'CARD_DATA_WRONG';

export interface OpenEnvelope {
  readonly ok: true;
  /** A copy: 12 bytes. Whoever keeps the last KSN of each reader finds replays. */
  readonly ksn: Uint8Array;
  readonly associatedData: AssociatedData;
  /**
   * 57 (or 5A), 5F24, 5F34, 5F20, and the EMV data for field 55; of what pays without a card number its order, its assertion and C0: see
   * docs/reference/envelope.md. Views of the plain text: never put them in a string, a log or an error.
   */
  readonly cardData: readonly DataObject[];
  /** Overwrites the plain text with zeros: call it as soon as the card data are used. */
  wipe(): void;
}

export type EnvelopeResult = OpenEnvelope | { readonly ok: false; readonly fault: EnvelopeFault; readonly at: number };

const BLOCK_BYTES = 16;
const LENGTH_BYTES = 2;
const ASSOCIATED_DATA_AT = KSN_BYTES + LENGTH_BYTES;

/**
 * @param envelope untrusted; not modified
 * @returns the card data, or the fault and the offset in the envelope where it shows; of a wrong MAC that of the MAC
 */
export function openEnvelope(envelope: Uint8Array, options: { readonly bdk: BaseDerivationKey }): EnvelopeResult {
  const length = unsignedFromBytes(envelope.subarray(KSN_BYTES, ASSOCIATED_DATA_AT));
  const ivAt = ASSOCIATED_DATA_AT + length;
  const textAt = ivAt + BLOCK_BYTES;
  const macAt = envelope.length - BLOCK_BYTES;
  const textBytes = macAt - textAt;
  if (textBytes < BLOCK_BYTES || textBytes % BLOCK_BYTES !== 0)
    return refused('ENVELOPE_LENGTH', Math.min(KSN_BYTES, envelope.length));

  const ksn = envelope.slice(0, KSN_BYTES);
  const derived = keysOfKsn(ksn, options.bdk);
  if (!derived.ok) return derived;
  const { keys } = derived;
  const isGenuine = equalBytes(cmac(envelope.subarray(0, macAt), keys.mac), envelope.subarray(macAt));
  if (!isGenuine) {
    keys.wipe();
    return refused('MAC_WRONG', macAt);
  }
  const associatedData = parseAssociatedData(envelope.slice(ASSOCIATED_DATA_AT, ivAt));
  const plain = cbc(keys.data, envelope.subarray(ivAt, textAt), { disablePadding: true }).decrypt(
    envelope.subarray(textAt, macAt),
  );
  keys.wipe();
  const wipe = (): void => void plain.fill(0);

  const end = endOfPadded(plain);
  const decoded = end === undefined ? undefined : decodeTlv(plain.subarray(0, end));
  const cardData = decoded?.ok === true && decoded.objects.some(namesPayer) ? decoded.objects : undefined;
  if (associatedData !== undefined && cardData !== undefined) return { ok: true, ksn, associatedData, cardData, wipe };
  wipe();
  if (associatedData === undefined) return refused('ASSOCIATED_DATA_WRONG', ASSOCIATED_DATA_AT);
  return refused(end === undefined ? 'PADDING_WRONG' : 'CARD_DATA_WRONG', textAt);
}

/** @returns where the padding 80 00… begins, undefined when there is none */
function endOfPadded(plain: Uint8Array): number | undefined {
  let at = plain.length - 1;
  while (at > plain.length - BLOCK_BYTES && plain[at] === 0) at -= 1;
  return plain[at] === 0x80 ? at : undefined;
}

function namesPayer({ tag }: DataObject): boolean {
  return tag === TAG_57_TRACK_2_EQUIVALENT_DATA || tag === TAG_5A_APPLICATION_PAN || tag === TAG_C0_PROFILE_IDENTIFIER;
}

function refused(fault: EnvelopeFault, at: number): EnvelopeResult {
  return { ok: false, fault, at };
}
