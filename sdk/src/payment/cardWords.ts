/**
 * Why a card was not read or said no: the reasons that readers give, as words that stay.
 * Source: docs/reference/sdk.md, which is checked against this table.   Floor: sdk payment.
 */
import { ERRORS, type ErrorCode, type Recovery } from '../values/errorTable.js';
import { LinkFault } from '../values/linkFault.js';

/** A reason that ends in `_` stands for all that begin with it. The first row that fits counts. */
// biome-ignore format: a table is read by its rows
export const CARD_WORDS = {
  'card-declined': { says: 'The card refused.', reasons: 'DECLINED_BY_CARD' },
  'not-allowed': { says: 'The rules of its issuer or of the acquirer refuse this payment.', reasons: 'DECLINED_BY_RULES APPLICATION_' },
  'card-gone': { says: 'The card left before the payment was complete.', reasons: 'CARD_REMOVED CANCELLED' },
  'see-phone': { says: 'The phone wants its owner.', reasons: 'SEE_PHONE' },
  'acquirer-silent': { says: 'The acquirer did not answer in time.', reasons: 'ACQUIRER_SILENT' },
  'partial-refused': { says: 'The acquirer approved a part, and the till wanted all or nothing.', reasons: 'PARTIAL_NOT_ASKED' },
  'card-not-genuine': { says: 'The card could not prove that it is genuine.', reasons: 'CDA_FAILED FDDA_FAILED' },
  'card-inconsistent': { says: 'The card contradicts itself.', reasons: 'BRAND_DIFFERS CARD_NUMBERS_DIFFER CTQ_DIFFERS' },
  'card-too-slow': { says: 'The card did not answer in time.', reasons: 'CARD_TIMEOUT' },
  'card-data-wrong': { says: 'The card gave data that make no sense.', reasons: 'AFL_ CARD_ CRYPTOGRAM_ CVM_LIST_ DATA_ DOL_ GENERATE_AC_ GPO_ READ_RECORD_ RELAY_ TOO_MUCH_DATA TRACK_' },
  'number-would-show': { says: 'The answer would have shown the card number.', reasons: 'NUMBER_WOULD_SHOW' },
  'not-accepted': { says: 'The card holds nothing that is accepted here.', reasons: 'CANDIDATE_LIST_EMPTY NO_CANDIDATE_USABLE PPSE_NOT_FOUND' },
  'card-blocked': { says: 'The card is blocked.', reasons: 'SELECT_NOT_SUPPORTED' },
  'insert-card': { says: 'The card wants to be inserted.', reasons: 'CONTACTLESS_OFF CVM_NEEDED KERNEL_NOT_AVAILABLE WANTS_CONTACT' },
} as const;

export type CardWord = keyof typeof CARD_WORDS;

/** @returns undefined when the reader gave no reason, or one that this version doesn't know */
export function cardWordOf(reason = ''): CardWord | undefined {
  const fits = (one: string): boolean => reason === one || (one.endsWith('_') && reason.startsWith(one));
  for (const [word, { reasons }] of Object.entries(CARD_WORDS))
    if (reasons.split(' ').some(fits)) return word as CardWord;
  return undefined;
}

/** Letters only: whatever a reader sends, no digits of a card get into an error. */
const REASON_FORM = /^[A-Z_]{1,40}$/;

/** @param reason the reader's own; it becomes the message of the cause */
export function cardFault(code: ErrorCode, reason: string | undefined, recovery?: Recovery): LinkFault {
  const word = cardWordOf(reason);
  const message = word === undefined ? undefined : `${ERRORS[code].sentence} ${CARD_WORDS[word].says}`;
  return new LinkFault(code, message, {
    ...(reason !== undefined && REASON_FORM.test(reason) && { cause: new Error(reason) }),
    ...(recovery !== undefined && { recovery }),
  });
}
