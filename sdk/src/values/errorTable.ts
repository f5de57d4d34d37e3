/**
 * The table of error codes: what happened, and what to do next.
 * Source: docs/reference/errors.md, which is checked against this table.   Floor: sdk values; imports nothing.
 */

export type RecoveryAction =
  | 'retry-same-key'
  | 'lookup'
  | 'ask-other-card'
  | 'insert-instead'
  | 'reconnect'
  | 'replug'
  | 'update-firmware'
  | 'free-device'
  | 'fix-code'
  | 'call-support';

export interface Recovery {
  readonly do: RecoveryAction;
  /** One sentence for the person at the till. */
  readonly message: string;
  /** Not sooner than this, in milliseconds. */
  readonly afterMs?: number;
}

/** Each of them is reached by a fault of the simulator: docs/reference/faults.md. */
// biome-ignore format: a table is read by its rows
export const ERRORS = {
  'link/lost': { sentence: 'The connection to the reader is lost.', do: 'reconnect', next: 'Connect again, then ask for the result of the key.' },
  'link/denied': { sentence: 'The reader could not be opened.', do: 'reconnect', next: 'Check that the reader runs and that its address is right, then connect again.' },
  'link/not-found': { sentence: 'There is no such reader.', do: 'replug', next: 'Plug the reader in, then connect again.' },
  'link/in-use': { sentence: 'Another program took the channel to the reader.', do: 'free-device', next: 'Close the other program, then connect again.' },
  'link/untrusted': { sentence: 'No factory that you trust has certified this reader.', do: 'call-support', next: 'Do not use this reader. If it is yours, give the public key of its factory as `trust`.' },
  'link/expired': { sentence: 'The certificate of the reader is not valid today.', do: 'call-support', next: 'Check the date of this machine, then have the reader certified again.' },
  'link/impostor': { sentence: 'The reader shows the certificate of another one.', do: 'call-support', next: 'Do not use this reader.' },
  'link/tampered': { sentence: 'What came over the link was changed, repeated or left out.', do: 'reconnect', next: 'Connect again. If it happens again, look what is between this machine and the reader.' },
  'link/unsupported-here': { sentence: 'This runtime cannot carry the link.', do: 'fix-code', next: 'Use another transport, or install what it needs.' },
  'card/torn': { sentence: 'The card left before it was read.', do: 'retry-same-key', next: 'Present the card again and hold it still.' },
  'card/multiple': { sentence: 'More than one card was presented.', do: 'retry-same-key', next: 'Present one card only.' },
  'card/unreadable': { sentence: 'The card could not be read.', do: 'ask-other-card', next: 'Try another card.' },
  'reader/tampered': { sentence: 'The reader was opened or altered.', do: 'call-support', next: 'Take the reader out of service.' },
  'reader/busy': { sentence: 'The reader is serving another operation.', do: 'free-device', next: 'Wait for the other operation, or take over.' },
  'reader/fault': { sentence: 'The reader failed.', do: 'reconnect', next: 'Connect again; call support if it happens again.' },
  'reader/keys': { sentence: 'The reader has no key for another payment.', do: 'call-support', next: 'Load keys into the reader.' },
  'update/required': { sentence: 'The reader and this program have no protocol version in common.', do: 'update-firmware', next: 'Update the reader or this program.' },
  'update/interrupted': { sentence: 'The update of the reader did not end.', do: 'update-firmware', next: 'Start the update again: it goes on where it was.' },
  'acquirer/failed': { sentence: 'The acquirer’s side could not be asked.', do: 'retry-same-key', next: 'Try again.' },
  'journal/failed': { sentence: 'The journal of the till could not be written or read.', do: 'fix-code', next: 'Repair the store of the journal, then start again.' },
  'offline/limit': { sentence: 'The limit for payments without connection is reached.', do: 'call-support', next: 'Forward the stored payments first, or take cash.' },
  aborted: { sentence: 'The operation was cancelled.', do: 'retry-same-key', next: 'Start again when you are ready.' },
  timeout: { sentence: 'The operation took too long.', do: 'retry-same-key', next: 'Try again.' },
  'usage/invalid': { sentence: 'The call is wrong.', do: 'fix-code', next: 'Correct the program.' },
  'protocol/corrupt': { sentence: 'The reader sent something that makes no sense.', do: 'reconnect', next: 'Connect again; call support if it happens again.' },
} as const;

export type ErrorCode = keyof typeof ERRORS;
