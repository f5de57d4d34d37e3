/**
 * The names of the wallet list for the codes in the result of a basket.
 * Source: docs/reference/wallet-list.md.   Floor: sdk basket.
 */
import type { Message } from '@comptoir/protocol';
import { SELECTION_REASONS, SELECTION_REJECTIONS, SELECTION_RULES } from '@comptoir/protocol/wallet';
import { cardWordOf } from '../payment/cardWords.js';
import { type BasketWords, given, hexOf, type NotUsed } from '../payment/payment.js';
import { DECLINED_RECOVERY, INSERT_RECOVERY } from '../payment/payResult.js';
import type { Recovery } from '../values/errorTable.js';
import { kindOf } from '../values/kind.js';

export const BASKET_WORDS: BasketWords = {
  rules: (codes) => [...codes].map((code) => nameOf(SELECTION_RULES, code)),
  more: ({ planId, selectionRecord, cardUpdated, notUsed = [] }) =>
    given({
      notUsed: notUsed.map(({ profileKind, label, reasonCode, reference }) =>
        given<NotUsed>({
          kind: kindOf(profileKind),
          label,
          reason: nameOf(SELECTION_REASONS, reasonCode),
          reference: hexOf(reference),
        }),
      ),
      sale: hexOf(planId),
      record: hexOf(selectionRecord),
      cardUpdated: cardUpdated === undefined ? undefined : cardUpdated === 1,
    }),
  newKey: { do: 'ask-other-card', message: 'Nothing was taken: present the card again, with a new key.' },
  rejected,
};

const CHOSEN_RECOVERY: Recovery = {
  do: 'ask-other-card',
  message: 'The chosen card cannot pay here: ask for another choice, with a new key.',
};

function rejected({ rejection = 0, reason }: Message<'result'>): ReturnType<BasketWords['rejected']> {
  if (rejection === 0) return { code: cardWordOf(reason) ?? 'DECLINED', recovery: DECLINED_RECOVERY };
  const code = nameOf(SELECTION_REJECTIONS, rejection);
  if (code === 'TRY_ANOTHER_INTERFACE') return { code, recovery: INSERT_RECOVERY };
  return { code, recovery: code === 'CHOSEN_UNAVAILABLE' ? CHOSEN_RECOVERY : DECLINED_RECOVERY };
}

/** A code that this version doesn't know stays a number. */
function nameOf(names: readonly string[], code: number): string {
  return names[code] || String(code);
}
