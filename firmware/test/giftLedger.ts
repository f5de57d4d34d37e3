/** The authorisers' side of gift card and coupon: reserves by the sale's key, captures or releases when the till says how it ended. */
import { ASKS, type Message, OUTCOME, toHex } from '@comptoir/protocol';
import type { Answers } from './checkoutTill.js';

export class GiftLedger {
  gift = 2500;
  couponUses = 0;
  private readonly held = new Map<string, { gift: number; coupon: number }>();
  private readonly stood = new Set<string>();

  get reserved(): number {
    return this.held.size;
  }

  readonly answers: Answers = (question) => {
    const sale = toHex(question.saleKey ?? new Uint8Array(0));
    if (question.kind === 'unsettled') return { responseCode: this.stood.has(sale) ? '00' : '05' };
    if (question.asks !== ASKS.reserve) return { responseCode: '00' };
    const held = this.held.get(sale) ?? { gift: 0, coupon: 0 };
    this.held.set(sale, held);
    const isGift = question.profileKind === 3;
    const others = [...this.held.values()].reduce((sum, { gift }) => sum + gift, 0);
    if (isGift ? question.amount > this.gift - others : this.couponUses > 0) return { responseCode: '05' };
    if (isGift) held.gift = question.amount;
    else held.coupon = 1;
    return { responseCode: '00' };
  };

  /** The till hears how a sale ended. */
  end({ saleKey, outcome }: Message<'tenders'>): void {
    const sale = toHex(saleKey ?? new Uint8Array(0));
    const held = this.held.get(sale);
    this.held.delete(sale);
    if (outcome !== OUTCOME.approved) return;
    this.stood.add(sale);
    this.gift -= held?.gift ?? 0;
    this.couponUses += held?.coupon ?? 0;
  }
}
