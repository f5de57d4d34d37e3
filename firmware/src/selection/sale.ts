/**
 * What a tap is to pay, where, and what the payer said. Profiles are named by their position on the card.
 * Floor: selection; imports nothing.
 */

/** Lines of a basket; what has more is refused before the tap. */
export const BASKET_LINES_MAX = 255;

export interface BasketLine {
  readonly quantity: number;
  /** Minor units. */
  readonly unitAmount: number;
  readonly gtin?: string | undefined;
  readonly category?: string | undefined;
  /** A gift card that is bought: coupons and gift cards never pay it. */
  readonly isGiftCard?: boolean | undefined;
}

/** Cards that answered in the field. */
interface Field {
  readonly cards: number;
  /** Several cards are listed, and none pays. */
  readonly isEnumerating: boolean;
  /** Cards left, when some were taken away after the collision. */
  readonly cardsLeft?: number | undefined;
}

interface Payer {
  /** Position of the profile that they named. */
  readonly profile?: number | undefined;
  readonly brand?: string | undefined;
  /** Position of the application that they confirmed; false when they refused. */
  readonly confirmed?: number | false | undefined;
  readonly declined: readonly number[];
  /** Points to redeem, in minor units, by position; empty positions ask for none. */
  readonly redeem: readonly (number | undefined)[];
}

export interface Sale {
  /** YYYYMMDD, UTC. */
  readonly date: number;
  readonly isContactless: boolean;
  /** Contact: the payer can be asked to confirm an application. */
  readonly canConfirm: boolean;
  readonly field: Field;
  readonly basket: readonly BasketLine[];
  readonly payer: Payer;
}
