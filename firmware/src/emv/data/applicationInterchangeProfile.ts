/**
 * Application Interchange Profile (tag 82): what the card can do.
 * Source: EMV 4.4 Book 3 Annex C1, Table 41; C-3 for fDDA, which is bit 6 too.   Floor: emv; imports nothing.
 */
export const AIP = {
  sda: 0x40,
  dda: 0x20,
  cardholderVerification: 0x10,
  issuerAuthentication: 0x04,
  /** Kernel 2. @see C-2 Annex A.1.16 */
  onDeviceVerification: 0x02,
  cda: 0x01,
} as const;

/** @param profile tag 82 @param mask of byte 1 */
export function cardSupports(profile: Uint8Array, mask: number): boolean {
  return ((profile[0] ?? 0) & mask) !== 0;
}

/** Byte 2, kernel 2. @see C-2 Annex A.1.16 */
const RELAY_RESISTANCE = 0x01;

export function supportsRelayResistance(profile: Uint8Array): boolean {
  return ((profile[1] ?? 0) & RELAY_RESISTANCE) !== 0;
}
