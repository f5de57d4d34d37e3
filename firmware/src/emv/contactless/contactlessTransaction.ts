/**
 * A transaction with a contactless card: entry point, then the kernel of the combination that was selected.
 * Source: EMV Contactless Book B §3.3, §3.4.   Floor: emv.
 */
import { selectByName } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import { parseFileControlInformation } from '../fileControlInformation.js';
import { type CardOutcome, ended, type TransactionContext } from '../transaction.js';
import { type Combination, findCombinations, PPSE_NAME } from './entryPoint.js';
import { kernel2 } from './kernel2.js';
import { kernel3 } from './kernel3.js';

/** @see Book B §3.3.2, §3.3.3 */
export function* contactlessTransaction(context: TransactionContext): Kernel<CardOutcome> {
  const ppse = yield* exchange(selectByName(PPSE_NAME));
  if (ppse.sw !== SW.success) return ended('notAccepted', 'PPSE_NOT_FOUND');
  const combinations = findCombinations(ppse.data, context.applications);
  for (const combination of combinations) {
    const outcome = yield* withCombination(context, combination);
    if (outcome !== undefined) return outcome;
  }
  return ended('notAccepted', combinations.length === 0 ? 'CANDIDATE_LIST_EMPTY' : 'NO_CANDIDATE_USABLE');
}

/** @returns undefined when the next combination is to be tried @see Book B §3.3.3.3 */
function* withCombination(context: TransactionContext, combination: Combination): Kernel<CardOutcome | undefined> {
  const answer = yield* exchange(selectByName(combination.aid));
  const selected = answer.sw === SW.success ? parseFileControlInformation(answer.data) : undefined;
  if (selected === undefined) return undefined;
  switch (combination.accepted.kernel) {
    case 2:
      return yield* kernel2(context, selected, combination.label);
    case 3:
      return yield* kernel3(context, selected, combination.label);
    default:
      return ended('tryAnotherInterface', 'KERNEL_NOT_AVAILABLE');
  }
}
