/**
 * What the numbers in messages mean, and the limits of messages.
 * Source: messageTable.ts has the fields.   Floor: protocol; imports nothing.
 */
/** What one `firmwareChunk` carries: then it's one frame, and the reader holds little. */
export const PIECE_BYTES_MAX = 1024;

/** What an `authorise` of a checkout asks; without it, money. */
export const ASKS = { authorise: 1, reserve: 2, balance: 3 } as const;

/** Bits of `merchantFlags`. */
export const MERCHANT = {
  takesSplit: 0x0001,
  takesPartialApproval: 0x0002,
  collectsRest: 0x0004,
  takesCoupons: 0x0008,
  takesGiftCards: 0x0010,
  takesLoyalty: 0x0020,
  isLeastCost: 0x0040,
  mayOverride: 0x0080,
  honoursNetworkChoice: 0x0100,
} as const;

/** Values of `couponPolicy`. */
export const COUPONS = { single: 0, perSource: 1, all: 2 } as const;

/** Values of `cardType`. @see ISO/IEC 14443-3 */
export const CARD_TYPE = { a: 1, b: 2 } as const;

export const INTERFACE = { contact: 1, contactless: 2, both: 3 } as const;

/** How a transaction ended, as the reader knows it. Frozen like the status bytes. */
export const OUTCOME = {
  approved: 1,
  declined: 2,
  cancelled: 3,
  noCard: 4,
  cardError: 5,
  cardRemoved: 6,
  tryAnotherInterface: 7,
  notAccepted: 8,
  cardBlocked: 9,
  severalCards: 10,
  waitingForAcquirer: 11,
  read: 12,
  partlyApproved: 13,
} as const;

export type OutcomeName = keyof typeof OUTCOME;

/** What a KEEPALIVE asks of the customer. */
export const PROMPT = {
  processing: 1,
  presentCard: 2,
  holdCard: 3,
  removeCard: 4,
  tryAgain: 5,
  presentOneCard: 6,
  insertCard: 7,
  seePhone: 8,
  choose: 9,
} as const;

export type PromptName = keyof typeof PROMPT;

/** A reader that works says so this often, in milliseconds. */
export const KEEPALIVE_INTERVAL_MS = 100;
/** No command waits for a card longer than this, whatever the host asked for. */
export const COMMAND_TIMEOUT_MS_MAX = 60_000;
