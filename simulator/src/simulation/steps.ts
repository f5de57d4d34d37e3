/**
 * The reading of cards, command by command, without anything secret.
 * Floor: simulator simulation.
 */
import type { RecordedCard } from '../world/cards/recordedCard.js';

export interface Step {
  /** EMV name, such as `SELECT PPSE` or `READ RECORD SFI 2 record 1`. */
  readonly name: string;
  /** Status word, four hexadecimal digits; empty when the card didn't answer. */
  readonly sw: string;
  /** Hexadecimal, with `*` for what must not be seen. */
  readonly command: string;
  readonly response: string;
}

const STATUS_WORD_DIGITS = 4;

/** In the order in which the cards were presented. */
export function stepsOf(cards: readonly RecordedCard[]): readonly Step[] {
  return cards.flatMap((card) =>
    card
      .maskedExchanges()
      .map(({ name, command, response }) => ({ name, sw: response.slice(-STATUS_WORD_DIGITS), command, response })),
  );
}
