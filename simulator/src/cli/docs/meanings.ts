/**
 * What the numbers of the wire mean, in the words of the reference.
 * Floor: simulator cli.
 */
import type { CommandName, EventName, OutcomeName, PromptName } from '@comptoir/protocol';

/** Who sends it, and what it means. */
export const COMMAND_NOTES: Readonly<Record<CommandName, readonly [from: string, meaning: string]>> = {
  ping: ['host', 'echo'],
  info: ['host', 'asks for the message `info`; the answer is an INFO frame'],
  init: ['host', 'on the broadcast channel gives a channel, on an own channel resets it'],
  wink: ['host', 'shows which reader this is'],
  message: ['both', 'a message, or the last part of one'],
  cancel: ['host', 'ends the running command; always answered, with 1 when there was one, else 0'],
  part: ['both', 'a part of a longer message'],
  taken: ['both', 'answers PART with its index'],
  keepalive: ['reader', 'still working, and what the customer is asked to do'],
  error: ['reader', 'one status byte'],
};

export const OUTCOME_MEANING: Readonly<Record<OutcomeName, string>> = {
  approved: 'the acquirer approved the whole amount',
  declined: 'the card or the acquirer declined; no money moves',
  cancelled:
    'ended by CANCEL, or by a till that says no or nothing when it is asked, before the card was asked for a cryptogram',
  noCard: 'no card came in time',
  cardError: 'the card answered what it must not',
  cardRemoved: 'the card left too early',
  tryAnotherInterface: 'the card wants the other interface',
  notAccepted: 'the card has no application that the reader accepts',
  cardBlocked: 'the card, or the application chosen, is blocked',
  severalCards: 'more than one card was in the field',
  waitingForAcquirer: 'the card gave its cryptogram; `complete` has not come yet',
  read: 'the card was read, nothing was charged',
  partlyApproved: 'the acquirer approved `approvedAmount`, which is less than `amount`',
};

export const PROMPT_MEANING: Readonly<Record<PromptName, string>> = {
  processing: 'wait',
  presentCard: 'tap or insert a card',
  holdCard: 'keep the card where it is',
  removeCard: 'take the card away',
  tryAgain: 'tap the same card again',
  presentOneCard: 'show one card only',
  insertCard: 'insert the card',
  seePhone: 'look at the phone, which says what to do, then tap again',
  choose: 'choose what pays, and keep the card where it is',
};

export const EVENT_MEANING: Readonly<Record<EventName, string>> = {
  started: 'the reader started',
  selfTest: 'the self-tests ran; detail: 0, or the number of the first that failed',
  ended: 'a command that takes cards ended; detail: its outcome',
  refused: 'a message was refused; detail: the status',
  fault: 'an invariant of the firmware was broken; the host got *internalFault*',
  cancelled: 'a host cancelled the command that ran',
  hostLost: 'a host reset its channel while its command ran',
  keyLoad: 'a ticket for keys came; detail: 0, or why it was refused',
  configurationLoad: 'a configuration came; detail: 0, or why it was refused',
  decommission: 'an order to end the service came; detail: 0, or why it was refused',
  zeroised: 'the keys were destroyed, now or before the start; detail: 1 when the case was opened, else 0',
  numberWithheld:
    'a message was held back, because a card number could be read from it; detail: the tag of the message',
  answerRefused:
    'an answer was not the word of the acquirer on what was asked, or a word of the till came without its secret',
};
