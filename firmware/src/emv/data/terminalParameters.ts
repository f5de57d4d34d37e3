/**
 * What the acquirer wants of the reader for one application: action codes, limits, version.
 * Source: EMV 4.4 Book 4 §10.2 (TACs, floor limit, random selection).   Floor: emv; imports nothing.
 */
export interface ActionCodes {
  /** Five bytes each, bits as in the TVR. */
  readonly denial: Uint8Array;
  readonly online: Uint8Array;
  readonly byDefault: Uint8Array;
}

export interface TerminalParameters {
  /** Terminal action codes (TAC). */
  readonly actionCodes: ActionCodes;
  /** Tag 9F09, two bytes; undefined: not compared. */
  readonly version: Uint8Array | undefined;
  /** Minor units; from this amount on the acquirer is asked. */
  readonly floorLimit: number;
  /** Minor units; below it, random selection isn't biased. */
  readonly randomThreshold: number;
  /** Percent, 0 to 99. */
  readonly randomTarget: number;
  /** Percent that the target rises to at the floor limit. */
  readonly randomMaximum: number;
}

/** What Book B asks of one combination before a card is looked at. */
export interface ContactlessParameters {
  /** Minor units: from this amount on the combination is off; undefined: never. */
  readonly transactionLimit: number | undefined;
  /** Minor units: from this amount on the holder must be verified; undefined: never. */
  readonly verificationLimit: number | undefined;
  /** Minor units: a payment of this amount only asks whether the card is good; undefined: none does. */
  readonly statusCheckAmount: number | undefined;
  readonly isZeroAmountAllowed: boolean;
  readonly hasExtendedSelection: boolean;
}

/** No limits, as Book B has it for what isn't configured. */
export const UNLIMITED: ContactlessParameters = {
  transactionLimit: undefined,
  verificationLimit: undefined,
  statusCheckAmount: undefined,
  isZeroAmountAllowed: true,
  hasExtendedSelection: false,
};

const ALL: Uint8Array = new Uint8Array(5).fill(0xff);

/** What isn't said: nothing is denied by the reader itself, everything is asked of the acquirer, nothing is approved without it. */
export const CAUTIOUS: TerminalParameters = {
  actionCodes: { denial: new Uint8Array(5), online: ALL, byDefault: ALL },
  version: undefined,
  floorLimit: 0,
  randomThreshold: 0,
  randomTarget: 0,
  randomMaximum: 0,
};
