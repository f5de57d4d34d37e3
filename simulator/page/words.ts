/**
 * What a reader shows, in words and lights.
 * Source: EMV contactless Book A §9, user interface; docs/reference/protocol.md, prompts.   Floor: simulator page.
 */
import { PROMPT } from '@comptoir/protocol';
import type { ReaderNow } from '../src/serve/client/simulatorClient.js';

interface Shown {
  readonly title: string;
  readonly hint: string;
  /** How many of the four lights are on; the first blinks while the reader waits for nobody. */
  readonly lights: 0 | 1 | 2 | 3 | 4;
  readonly isIdle?: true;
  readonly isTrouble?: true;
  readonly wants?: 'tap' | 'insert' | 'remove';
}

const SHOWN: Readonly<Record<number, Shown>> = {
  0: { title: 'Comptoir', hint: 'Ready when you are', lights: 1, isIdle: true },
  [PROMPT.processing]: { title: 'Processing', hint: 'Please wait', lights: 4 },
  [PROMPT.presentCard]: { title: 'Present card', hint: 'Tap here, or insert', lights: 1, wants: 'tap' },
  [PROMPT.holdCard]: { title: 'Hold still', hint: 'The card is being read', lights: 3 },
  [PROMPT.removeCard]: { title: 'Remove card', hint: 'Thank you', lights: 4, wants: 'remove' },
  [PROMPT.tryAgain]: { title: 'Try again', hint: 'Hold the card longer', lights: 1, isTrouble: true, wants: 'tap' },
  [PROMPT.presentOneCard]: {
    title: 'One card only',
    hint: 'There are several',
    lights: 1,
    isTrouble: true,
    wants: 'tap',
  },
  [PROMPT.insertCard]: { title: 'Insert card', hint: 'Chip first', lights: 1, wants: 'insert' },
  [PROMPT.seePhone]: { title: 'See phone', hint: 'Then tap again', lights: 1, wants: 'tap' },
  [PROMPT.choose]: { title: 'Choose', hint: 'On your card', lights: 2 },
};
const OFF: Shown = { title: '', hint: '', lights: 0 };

export function shownBy({ isPowered, prompt }: Pick<ReaderNow, 'isPowered' | 'prompt'>): Shown {
  if (!isPowered) return OFF;
  return SHOWN[prompt] ?? { title: `Prompt ${prompt}`, hint: '', lights: 1 };
}

/** Such as `1,234.567 s`. */
export function seconds(ms: number): string {
  return (ms / 1000).toLocaleString('en', { minimumFractionDigits: 3, maximumFractionDigits: 3 });
}
