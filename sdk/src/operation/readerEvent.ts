/**
 * One stream of events, and the state that it adds up to: the state of a reader is the fold of its events, and nothing else.
 * Floor: sdk operation.
 */
import type { ErrorCode } from '../values/errorTable.js';
import type { Prompt } from './prompt.js';

/** `busy`: an operation runs. `reconnecting`: it's an update, and the reader is away. `gone`: closed or lost; connect again. */
export type ReaderState = 'ready' | 'busy' | 'reconnecting' | 'gone';

export type ReaderEvent =
  | { readonly type: 'link'; readonly state: ReaderState; readonly reason?: ErrorCode | 'closed' }
  | { readonly type: 'card'; readonly what: 'in-field' | 'left' | 'multiple' };

/** A reader begins like this. */
export const FIRST_STATE: ReaderState = 'ready';

export function foldState(state: ReaderState, event: ReaderEvent): ReaderState {
  return event.type === 'link' ? event.state : state;
}

/** What a prompt tells about the card. @returns undefined when it tells nothing */
export function cardOfPrompt(show: Prompt['show']): 'in-field' | 'left' | 'multiple' | undefined {
  switch (show) {
    case 'hold':
    case 'choose':
    case 'remove':
      return 'in-field';
    case 'one-card':
      return 'multiple';
    case 'tap':
    case 'try-again':
    case 'see-phone':
    case 'insert':
      return 'left';
    case 'processing':
      return undefined;
  }
}
