/**
 * Status bytes of ERROR frames. Frozen: a number never changes its meaning, and an unknown one stays a number.
 * Floor: protocol; imports nothing.
 */
export const STATUS = {
  unknownCommand: 0x01,
  malformed: 0x02,
  invalidLength: 0x03,
  invalidSequence: 0x04,
  timeout: 0x05,
  busy: 0x06,
  paddingNotZero: 0x07,
  invalidChannel: 0x0b,
  sessionBroken: 0x0c,
  noSession: 0x0d,
  unknownMessage: 0x10,
  messageRefused: 0x11,
  keyReused: 0x12,
  paymentsUndecided: 0x13,
  unsupported: 0x14,
  keysMissing: 0x15,
  keysExhausted: 0x16,
  unconfigured: 0x17,
  tampered: 0x18,
  internalFault: 0x7f,
} as const;

export type StatusName = keyof typeof STATUS;

/** What each status says to the person who writes the host. */
export const STATUS_MEANING: Readonly<Record<StatusName, string>> = {
  unknownCommand: 'no such command, or not one for the host to send',
  malformed: 'the payload is not what this command carries',
  invalidLength: 'the frame or the message is longer than the limit',
  invalidSequence: 'a report, a part or a piece came out of order; send the frame or the chunk again from its start',
  timeout: 'the rest of the frame did not come within 200 ms',
  busy: 'another channel, or an earlier command of this one, is being served',
  paddingNotZero: 'bytes after the payload were not zero',
  invalidChannel: 'the channel was not given out, or was taken back; send INIT',
  sessionBroken: 'what came is not the next message of the session, which is at its end; send INIT',
  noSession: 'the channel has no session any more, or one that is too old; send INIT, then the handshake',
  unknownMessage: 'no such message in this protocol version',
  messageRefused:
    'a field is missing, twice there, or out of its range, or the answer is not the word of whom was asked',
  keyReused: 'the payment exists: with other data, or begun by somebody whose secret this is not',
  paymentsUndecided: 'payments await the word of the acquirer: complete them first',
  unsupported: 'this board can not do that',
  keysMissing: 'the reader has no DUKPT key to pay with, or no identity to speak under',
  tampered: 'the reader was opened: it has destroyed its keys, and takes no card any more',
  keysExhausted: 'every transaction key of the DUKPT initial key was used: load another',
  unconfigured: 'the reader has no configuration, or none that it takes: load one first',
  internalFault: 'the reader failed; the command had no effect that is not told by its key',
};

/** @returns the name, or undefined for a number that this version doesn't know */
export function statusName(status: number): StatusName | undefined {
  for (const [name, value] of Object.entries(STATUS)) if (value === status) return name as StatusName;
  return undefined;
}
