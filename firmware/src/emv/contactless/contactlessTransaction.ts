/**
 * A transaction with a contactless card: entry point, then the kernel of the combination that was selected.
 * Source: EMV Contactless Book B §3.1, §3.3, §3.4.   Floor: emv.
 */
import { PROMPT, TAG_9F33_TERMINAL_CAPABILITIES } from '@comptoir/protocol';
import { selectByName } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import { beginApplication } from '../applicationSelection/beginApplication.js';
import { type Candidate, labelOf } from '../applicationSelection/candidateList.js';
import type { FileControlInformation } from '../applicationSelection/fileControlInformation.js';
import { finalSelection } from '../applicationSelection/finalSelection.js';
import type { TerminalParameters } from '../data/terminalParameters.js';
import { type CardOutcome, ended, type TransactionContext } from '../transaction.js';
import { findCombinations, PPSE_NAME } from './entryPoint.js';
import { kernel2 } from './kernel2.js';
import { kernel3 } from './kernel3.js';
import { preProcessTransaction } from './preProcessing.js';

/** Answers undefined when the next combination is to be tried. */
type ContactlessKernel = (
  context: TransactionContext,
  selected: FileControlInformation,
  label: Uint8Array,
  parameters: TerminalParameters,
) => Kernel<CardOutcome | undefined>;

/** By number. `notYet`: the kernel has its place, and a card that wants it is sent to another interface. */
const KERNELS: ReadonlyMap<number, ContactlessKernel | 'notYet'> = new Map<number, ContactlessKernel | 'notYet'>([
  [2, kernel2],
  [3, kernel3],
  [4, 'notYet'],
  [5, 'notYet'],
  [6, 'notYet'],
  [7, 'notYet'],
]);

/** True when the reader can go on with it. */
function hasKernelFor({ accepted }: Candidate): boolean {
  const kernel = KERNELS.get(accepted.kernel);
  return kernel !== undefined && kernel !== 'notYet';
}

/** @see Book B §3.1.1, §3.3.2, §3.3.3 */
export function* contactlessTransaction(context: TransactionContext): Kernel<CardOutcome> {
  const { terminal } = context;
  const offered = context.applications.filter(({ kernel }) => kernel !== 0);
  const allowed = offered.filter((accepted) => preProcessTransaction(terminal, accepted) === undefined);
  if (allowed.length === 0 && offered.length > 0) return ended('tryAnotherInterface', 'CONTACTLESS_OFF');
  const ppse = yield* exchange(selectByName(PPSE_NAME));
  if (ppse.sw !== SW.success) return ended('notAccepted', 'PPSE_NOT_FOUND');
  const combinations = findCombinations(ppse.data, allowed);
  for (const combination of combinations) {
    if (!hasKernelFor(combination)) continue;
    const selected = yield* finalSelection(combination);
    if (selected === undefined) continue;
    const outcome = yield* activateKernel(context, combination, selected);
    if (outcome === undefined) continue;
    // The card has said all that it's asked for: it may leave while the acquirer is asked.
    if (outcome.kind === 'online' || outcome.kind === 'declined') yield { kind: 'prompt', prompt: PROMPT.removeCard };
    return outcome;
  }
  if (combinations.some((combination) => !hasKernelFor(combination)))
    return ended('tryAnotherInterface', 'KERNEL_NOT_AVAILABLE');
  return ended('notAccepted', combinations.length === 0 ? 'CANDIDATE_LIST_EMPTY' : 'NO_CANDIDATE_USABLE');
}

/** @returns undefined when this combination is no good, and the next one is to be tried @see Book B §3.4 */
export function* activateKernel(
  context: TransactionContext,
  { accepted, label }: Candidate,
  selected: FileControlInformation,
): Kernel<CardOutcome | undefined> {
  const kernel = KERNELS.get(accepted.kernel);
  if (kernel === undefined || kernel === 'notYet') return undefined;
  // Kernel 2 may have narrowed them for an application that gave way.
  context.terminal.set(TAG_9F33_TERMINAL_CAPABILITIES, context.capabilities);
  if (preProcessTransaction(context.terminal, accepted) !== undefined) return undefined;
  const parameters = beginApplication(context.terminal, accepted);
  return yield* kernel(context, selected, label.length > 0 ? label : labelOf(selected.proprietary), parameters);
}
