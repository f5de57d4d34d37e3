/**
 * A transaction with a contactless card: entry point, then the kernel of the combination that was selected.
 * Source: EMV Contactless Book B §3.3, §3.4.   Floor: emv.
 */
import { selectByName } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import { labelOf } from '../candidateList.js';
import type { FileControlInformation } from '../fileControlInformation.js';
import { finalSelection } from '../finalSelection.js';
import { type CardOutcome, ended, type TransactionContext } from '../transaction.js';
import { findCombinations, PPSE_NAME } from './entryPoint.js';
import { kernel2 } from './kernel2.js';
import { kernel3 } from './kernel3.js';

/** Answers undefined when the next combination is to be tried. */
type ContactlessKernel = (
  context: TransactionContext,
  selected: FileControlInformation,
  label: Uint8Array,
) => Kernel<CardOutcome | undefined>;

/** By number. */
export const CONTACTLESS_KERNELS: ReadonlyMap<number, ContactlessKernel> = new Map([
  [2, kernel2],
  [3, kernel3],
]);

/** @see Book B §3.3.2, §3.3.3 */
export function* contactlessTransaction(context: TransactionContext): Kernel<CardOutcome> {
  const ppse = yield* exchange(selectByName(PPSE_NAME));
  if (ppse.sw !== SW.success) return ended('notAccepted', 'PPSE_NOT_FOUND');
  const combinations = findCombinations(ppse.data, context.applications);
  for (const combination of combinations) {
    const kernel = CONTACTLESS_KERNELS.get(combination.accepted.kernel);
    if (kernel === undefined) continue;
    const selected = yield* finalSelection(combination);
    if (selected === undefined) continue;
    const label = combination.label.length > 0 ? combination.label : labelOf(selected.proprietary);
    const outcome = yield* kernel(context, selected, label);
    if (outcome !== undefined) return outcome;
  }
  if (combinations.some(({ accepted }) => !CONTACTLESS_KERNELS.has(accepted.kernel)))
    return ended('tryAnotherInterface', 'KERNEL_NOT_AVAILABLE');
  return ended('notAccepted', combinations.length === 0 ? 'CANDIDATE_LIST_EMPTY' : 'NO_CANDIDATE_USABLE');
}
