/**
 * What the customer is asked to do.
 * Source: docs/reference/protocol.md, KEEPALIVE.   Floor: sdk operation.
 */
import { PROMPT, type PromptName } from '@comptoir/protocol';

export interface Prompt {
  readonly type: 'prompt';
  readonly show:
    | 'tap'
    | 'hold'
    | 'remove'
    | 'try-again'
    | 'one-card'
    | 'insert'
    | 'see-phone'
    | 'choose'
    | 'processing';
  /** Since the operation began, in milliseconds. */
  readonly ms: number;
}

const SHOW: Readonly<Record<PromptName, Prompt['show']>> = {
  processing: 'processing',
  presentCard: 'tap',
  holdCard: 'hold',
  removeCard: 'remove',
  tryAgain: 'try-again',
  presentOneCard: 'one-card',
  insertCard: 'insert',
  seePhone: 'see-phone',
  choose: 'choose',
};

/** @param prompt a number of PROMPT; an unknown one shows as `processing` */
export function promptOf(prompt: number, ms: number): Prompt {
  for (const [name, number] of Object.entries(PROMPT)) {
    if (number === prompt) return { type: 'prompt', show: SHOW[name as PromptName], ms };
  }
  return { type: 'prompt', show: 'processing', ms };
}
