/**
 * What a reader remembers of itself: codes and counters, never anything of a card.
 *
 *   offset  size  entry, of the field `eventList`, the oldest first
 *   0       4     seconds since the start of the reader, of the last time; big endian
 *   4       1     code: a value of EVENT
 *   5       1     detail, see EVENT
 *   6       2     how many times in a row, at most FFFF; big endian
 *
 * Floor: protocol; imports nothing.
 */
export const EVENTS_MAX = 256;
export const EVENT_BYTES = 8;

/** Numbers never change their meaning. */
export const EVENT = {
  /** The reader started. */
  started: 1,
  /** The self-tests ran; the detail is 0, or the number of the first that failed. */
  selfTest: 2,
  /** A command that takes cards ended; the detail is its outcome. */
  ended: 3,
  /** A message was refused; the detail is the status. */
  refused: 4,
  /** An invariant of the firmware was broken. */
  fault: 5,
  /** A host cancelled the command. */
  cancelled: 6,
  /** A host reset its channel while its command ran. */
  hostLost: 7,
  /** A ticket for keys came; the detail is 0, or why it was refused. */
  keyLoad: 8,
  /** A configuration came; the detail is 0, or why it was refused. */
  configurationLoad: 9,
  /** An order to end the service came; the detail is 0, or why it was refused. */
  decommission: 10,
  /** The keys were destroyed, now or before the start; the detail is 1 when the case was opened. */
  zeroised: 11,
  /** A message was held back: a card number could be read from it. The detail is the tag of the message. */
  numberWithheld: 12,
  /** An answer was not the acquirer's word on what was asked, or a till's word came without its secret. */
  answerRefused: 13,
} as const;

export type EventName = keyof typeof EVENT;

/** Self-tests by their numbers, from 1. */
export const SELF_TESTS = [
  'SHA-1',
  'SHA-256',
  'RSA recovery',
  'AES-GCM',
  'HMAC-SHA-256',
  'AES-CMAC',
  'AES-CBC',
  'DUKPT derivation',
  'HKDF-SHA-256',
  'engine',
  'randomness',
  'X25519',
  'ECDSA P-256',
] as const;
