/**
 * The words with which vectors explain a refusal, as the codes with which the firmware answers it.
 * Source: test-vectors/README.md, table of refusals.   Floor: simulator trials.
 */

const CODES: Readonly<Record<string, readonly string[]>> = {
  TLV_TRUNCATED_TAG: ['truncated tag', 'truncated child tag', 'multi-byte tag never ends'],
  TLV_MISSING_LENGTH: ['missing length', 'trailing partial object'],
  TLV_TRUNCATED_LENGTH: ['truncated length', 'child truncated length'],
  TLV_LENGTH_EXCEEDS_DATA: [
    'value exceeds data',
    'length exceeds data',
    'long form length beyond data',
    '4-byte length with sign bit',
  ],
  TLV_LENGTH_EXCEEDS_PARENT: ['child value exceeds parent'],
  TLV_INDEFINITE_LENGTH: ['indefinite length not allowed in EMV'],
  TLV_LENGTH_FIELD_TOO_LONG: [
    '8-byte length overflows to negative',
    '28-byte length field',
    'nested overlong length field',
  ],
  DOL_MISSING_LENGTH: ['last entry has no length'],
  CARD_ERROR: ['card error'],
};

/** @returns the code for the text of a record; a text that is a code, or that nobody knows, comes back as it is */
export function reasonCode(text: string): string {
  for (const [code, texts] of Object.entries(CODES)) if (texts.includes(text)) return code;
  return text;
}
