import { OUTCOME } from '@comptoir/protocol';
import { CARD_WORDS, type CardWord } from '@comptoir/sdk';
import { expect, test } from 'vitest';
import { AMOUNT, KEY, openTill, result } from '../sale.js';

const REQUEST = { amount: AMOUNT, key: KEY };
/** What the firmware says today. */
const REASONS: Readonly<Record<CardWord, string>> = {
  'card-declined': 'DECLINED_BY_CARD',
  'not-allowed': 'DECLINED_BY_RULES APPLICATION_EXPIRED APPLICATION_NOT_YET_EFFECTIVE',
  'card-gone': 'CARD_REMOVED CANCELLED',
  'see-phone': 'SEE_PHONE',
  'acquirer-silent': 'ACQUIRER_SILENT',
  'partial-refused': 'PARTIAL_NOT_ASKED',
  'card-not-genuine': 'CDA_FAILED FDDA_FAILED',
  'card-inconsistent': 'BRAND_DIFFERS CARD_NUMBERS_DIFFER CTQ_DIFFERS',
  'card-too-slow': 'CARD_TIMEOUT',
  'card-data-wrong': `AFL_INVALID CARD_ERROR CARD_NUMBER_INVALID CARD_NUMBER_MISSING CRYPTOGRAM_MISSING
    CRYPTOGRAM_NOT_ASKED_FOR CRYPTOGRAM_NOT_PROVEN RELAY_FORMAT RELAY_STATUS RELAY_TOO_FAST CVM_LIST_INVALID DATA_LENGTH DOL_MISSING_LENGTH DOL_TAG_TOO_LONG DOL_TOO_LONG DOL_TRUNCATED_TAG
    GENERATE_AC_FORMAT GENERATE_AC_STATUS GPO_FORMAT GPO_STATUS READ_RECORD_FAILED READ_RECORD_INVALID
    READ_RECORD_PARSE_FAILED TOO_MUCH_DATA TRACK_EXPIRY TRACK_PAN_DIGIT TRACK_PAN_EMPTY TRACK_PAN_LENGTH TRACK_SEPARATOR`,
  'number-would-show': 'NUMBER_WOULD_SHOW',
  'not-accepted': 'CANDIDATE_LIST_EMPTY NO_CANDIDATE_USABLE PPSE_NOT_FOUND',
  'card-blocked': 'SELECT_NOT_SUPPORTED',
  'insert-card': 'CONTACTLESS_OFF CVM_NEEDED KERNEL_NOT_AVAILABLE WANTS_CONTACT',
};
const rows = Object.entries(CARD_WORDS).flatMap(([word, { says }]) =>
  REASONS[word as CardWord].split(/\s+/).map((reason) => [reason, word, says] as const),
);

async function paid(outcome: number, reason: string): Promise<unknown> {
  const { reader } = await openTill({
    steps: [{ expect: 'pay', act: (say) => say.answer(result(outcome, { reason })) }],
  });
  return reader.pay(REQUEST).catch((error: unknown) => error);
}

test.each(rows)('%s declines as %s', async (reason, word) => {
  expect(await paid(OUTCOME.declined, reason)).toMatchObject({ status: 'declined', code: word });
});

test.each(rows)('%s tells why a card can not be read', async (reason, _word, says) => {
  const error = await paid(OUTCOME.cardError, reason);
  expect(error).toMatchObject({ code: 'card/unreadable', charged: 'no', cause: { message: reason } });
  expect((error as Error).message).toBe(`The card could not be read. ${says}`);
});

test('a reason of a newer reader: the word of the outcome, and the reason as the cause', async () => {
  expect(await paid(OUTCOME.declined, 'NEWER_REASON')).toMatchObject({ code: 'card-declined' });
  expect(await paid(OUTCOME.cardError, 'NEWER_REASON')).toMatchObject({
    message: 'The card could not be read.',
    cause: { message: 'NEWER_REASON' },
  });
});

test('digits in a reason stay out of the error', async () => {
  expect(await paid(OUTCOME.cardError, 'PAN_4761739001010119')).not.toHaveProperty('cause');
});
