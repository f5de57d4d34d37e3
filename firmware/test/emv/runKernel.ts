/**
 * Drives a kernel with a card that is a function: no bytes from it means that the card is gone. The customer confirms what is asked; each
 * answer takes `answerMs`.
 */
import { NO_BYTES, unsignedToBytes } from '@comptoir/protocol';
import type { Kernel } from '../../src/apdu/kernel.js';

export type KernelRun<T> =
  | { readonly kind: 'done'; readonly outcome: T; readonly commands: readonly Uint8Array[] }
  | { readonly kind: 'cardGone'; readonly commands: readonly Uint8Array[] };

export function runKernel<T>(
  kernel: Kernel<T>,
  card: (command: Uint8Array, number: number) => Uint8Array,
  answerMs = 0,
): KernelRun<T> {
  const commands: Uint8Array[] = [];
  let step = kernel.next(NO_BYTES);
  while (step.done !== true) {
    if (step.value.kind === 'confirm') {
      step = kernel.next(Uint8Array.of(1));
      continue;
    }
    if (step.value.kind !== 'transmit') {
      step = kernel.next(step.value.kind === 'answerTime' ? unsignedToBytes(answerMs, 4) : NO_BYTES);
      continue;
    }
    const answer = card(step.value.command, commands.length);
    commands.push(step.value.command);
    if (answer.length === 0) {
      kernel.return(undefined as T);
      return { kind: 'cardGone', commands };
    }
    step = kernel.next(answer);
  }
  return { kind: 'done', outcome: step.value, commands };
}
