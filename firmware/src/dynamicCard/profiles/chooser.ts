/**
 * The button. A short press shows the next account and chooses it; a long one opens the card for its holder's own changes.
 * From the first field contact until the field is off, and a hold after that, nothing changes: nobody at the till can choose.
 * Source: rules R-A and R-B of docs/reference/wallet-applet.md.   Floor: dynamicCard.
 */
import { equalBytes, latin1FromBytes, NO_BYTES } from '@comptoir/protocol';
import { groupOf, type HeldProfile, type Wallet } from './wallet.js';

/** After field-off: long enough that a card which is pulled and tapped again pays with what it paid with before. */
const LOCK_HOLD_MS = 3000;
const LONG_PRESS_MS = 2000;
/** A contact bounces for less than that. */
const PRESS_MS_MIN = 20;
/** How long the card stays open for changes when no field comes. */
const MANAGEMENT_MS = 60_000;
const FOREVER_MS = 0x7fffffff;

export class Chooser {
  readonly #wallet: Wallet;
  #pressedAtMs: number | undefined;
  /** The press began when nothing could be chosen, or did its work already: it does nothing when it ends. */
  #isPressSpent = false;
  #lockedUntilMs = 0;
  #isInField = false;
  #managementUntilMs = 0;

  constructor(wallet: Wallet) {
    this.#wallet = wallet;
    this.show();
  }

  /** @param isInField whether there is a field or a contact now @returns when to be called again, in milliseconds */
  step(nowMs: number, isPressed: boolean, isInField: boolean): number {
    if (this.#isInField && !isInField) this.fieldEnded(nowMs);
    this.#isInField = isInField;
    const isLocked = isInField || nowMs < this.#lockedUntilMs;
    if (isPressed && this.#pressedAtMs === undefined) {
      this.#pressedAtMs = nowMs;
      this.#isPressSpent = isLocked;
    }
    if (isLocked) this.#isPressSpent = true;
    const heldMs = this.#pressedAtMs === undefined ? 0 : nowMs - this.#pressedAtMs;
    if (this.#pressedAtMs !== undefined && !this.#isPressSpent && heldMs >= LONG_PRESS_MS) {
      this.#isPressSpent = true;
      this.#managementUntilMs = nowMs + MANAGEMENT_MS;
    }
    if (!isPressed && this.#pressedAtMs !== undefined) {
      this.#pressedAtMs = undefined;
      if (!this.#isPressSpent && heldMs >= PRESS_MS_MIN) this.#chooseNext();
    }
    if (this.#pressedAtMs !== undefined && !this.#isPressSpent) return LONG_PRESS_MS - heldMs;
    return isInField || !isLocked ? FOREVER_MS : this.#lockedUntilMs - nowMs;
  }

  /** The hold begins, and what the holder opened is closed. */
  fieldEnded(nowMs: number): void {
    this.#lockedUntilMs = nowMs + LOCK_HOLD_MS;
    this.#managementUntilMs = 0;
  }

  mayManage(nowMs: number): boolean {
    return nowMs < this.#managementUntilMs;
  }

  #chooseNext(): void {
    const leaders = this.#leaders();
    const choice = this.#wallet.choice();
    const at = leaders.findIndex((held) => equalBytes(groupOf(held), choice));
    const next = leaders[(at + 1) % Math.max(1, leaders.length)];
    // Without a choice, the card's order counts: the first press chooses the first account.
    if (next !== undefined) this.#wallet.choose(groupOf(next));
    this.show();
  }

  /** The first profile of each group that pays, in card order. */
  #leaders(): readonly HeldProfile[] {
    const paying = this.#wallet.paying();
    return paying.filter((held, at) => paying.findIndex((other) => equalBytes(groupOf(other), groupOf(held))) === at);
  }

  show(): void {
    const leaders = this.#leaders();
    const choice = this.#wallet.choice();
    const shown = leaders.find((held) => equalBytes(groupOf(held), choice)) ?? leaders[0];
    const label = latin1FromBytes(shown?.stored.listed.label ?? NO_BYTES);
    this.#wallet.board.display.show(label, latin1FromBytes(shown?.stored.digits ?? NO_BYTES));
  }
}
