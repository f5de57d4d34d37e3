/**
 * The money that banks moved at the test acquirer: charges, and what went back of them.
 * Floor: simulator world.
 */

/**
 * So many keys, readers and charges are remembered, the latest: a reader may run for weeks. A key that is
 * older than that is unknown again.
 */
export const REMEMBERED_MAX = 1000;

/** Money that moved. */
export interface Charge {
  readonly key: string;
  /** Minor units. */
  readonly amount: number;
  /** ISO 4217 numeric. */
  readonly currency: number;
}

/** Both lists are in order, and keep the last `REMEMBERED_MAX`. */
export class BankCharges {
  readonly #charges: Charge[] = [];
  readonly #refunds: Charge[] = [];

  /** What was taken back is gone. */
  get charges(): readonly Charge[] {
    return [...this.#charges];
  }

  /** The key is that of the charge. */
  get refunds(): readonly Charge[] {
    return [...this.#refunds];
  }

  charge(charge: Charge): void {
    keepLatest(this.#charges, charge);
  }

  /** @returns true: it's kept */
  refund(charge: Charge): true {
    keepLatest(this.#refunds, charge);
    return true;
  }

  /** What went back as a refund before isn't taken back again. */
  takeBack(key: string): void {
    let refunded = this.#refunds.reduce((sum, one) => sum + (one.key === key ? one.amount : 0), 0);
    for (let at = this.#charges.length - 1; at >= 0; at -= 1) {
      const charge = this.#charges[at];
      if (charge?.key !== key) continue;
      const kept = Math.min(charge.amount, refunded);
      refunded -= kept;
      this.#charges.splice(at, 1, ...(kept > 0 ? [{ ...charge, amount: kept }] : []));
    }
  }
}

function keepLatest(kept: Charge[], charge: Charge): void {
  kept.push(charge);
  if (kept.length > REMEMBERED_MAX) kept.shift();
}
