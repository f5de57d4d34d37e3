/**
 * A shop's own promotions, taken off before the tap. They are rules of the type of coupons, and combine and round as SEL-1 has them, so that a
 * till without network and its shop's server come to the same cent.
 * Source: SEL-1 step 4; docs/reference/sdk.md, `applyPromotions`.   Floor: sdk; imports types only.
 */
import type { CouponRule } from '@comptoir/protocol/wallet';

/** What is bought: minor units of one currency. */
export interface PromotedLine {
  readonly qty: number;
  readonly unit: number;
  readonly gtin?: string;
  readonly category?: string;
  /** A gift card is bought: nothing takes anything off. */
  readonly isGiftCard?: boolean;
}

export type PromotionRefusal = 'COUPON_NO_MATCHING_ITEM' | 'COUPON_MIN_SPEND' | 'COUPON_COMBINATION_DISALLOWED';

export interface AppliedPromotions {
  /** In the order in which they were applied. `promotion` is a position in what was given; the lines' amounts add up to `amount`. */
  readonly discounts: readonly {
    readonly promotion: number;
    readonly amount: number;
    readonly lines: readonly { readonly line: number; readonly amount: number }[];
  }[];
  readonly refused: readonly { readonly promotion: number; readonly reason: PromotionRefusal }[];
  /** What is left of each line. */
  readonly net: readonly number[];
}

export type PromotionPolicy = 'single' | 'perSource' | 'all';

/** Above it, sets aren't searched: promotions are taken one after the other, the largest first. */
const SEARCHED_MAX = 12;
const PRIORITY_DEFAULT = 100;

interface Candidate {
  readonly promotion: number;
  readonly rule: CouponRule;
  /** Positions of the eligible lines. */
  readonly lines: readonly number[];
}

/** @param rules whose time it is, in the shop's order */
export function applyPromotions(
  lines: readonly PromotedLine[],
  rules: readonly CouponRule[],
  policy: PromotionPolicy,
): AppliedPromotions {
  const gross = lines.map(({ qty, unit }) => qty * unit);
  const refused: { promotion: number; reason: PromotionRefusal }[] = [];
  const candidates: Candidate[] = [];
  for (const [promotion, rule] of rules.entries()) {
    const eligible = eligibleLines(lines, rule);
    const items = eligible.reduce((sum, line) => sum + (lines[line]?.qty ?? 0), 0);
    if (eligible.length === 0 || items < (rule.minimumQuantity ?? 0))
      refused.push({ promotion, reason: 'COUPON_NO_MATCHING_ITEM' });
    else if (sumOf(gross, eligible) < (rule.minimumSpend ?? 0)) refused.push({ promotion, reason: 'COUPON_MIN_SPEND' });
    else candidates.push({ promotion, rule, lines: eligible });
  }
  const best = bestSet(candidates, gross, policy);
  for (const candidate of candidates)
    if (!best.includes(candidate)) {
      refused.push({ promotion: candidate.promotion, reason: 'COUPON_COMBINATION_DISALLOWED' });
    }
  const net = gross.slice();
  const discounts = best.flatMap((candidate) => {
    const before = net.slice();
    const amount = take(candidate, net);
    const shares = candidate.lines.flatMap((line) => {
      const share = (before[line] ?? 0) - (net[line] ?? 0);
      return share === 0 ? [] : [{ line, amount: share }];
    });
    return amount === 0 ? [] : [{ promotion: candidate.promotion, amount, lines: shares }];
  });
  return { discounts, refused: refused.sort((a, b) => a.promotion - b.promotion), net };
}

/**
 * A line whose net amount doesn't divide by its quantity becomes two.
 * @param net minor units, of the whole line
 */
export function netLines(qty: number, net: number): readonly { readonly qty: number; readonly unit: number }[] {
  const unit = Math.floor(net / qty);
  const dearer = net - unit * qty;
  return [
    { qty: qty - dearer, unit },
    { qty: dearer, unit: unit + 1 },
  ].filter((line) => line.qty > 0);
}

function eligibleLines(lines: readonly PromotedLine[], { gtins, categories }: CouponRule): readonly number[] {
  return lines.flatMap(({ gtin, category, isGiftCard }, at) => {
    if (isGiftCard === true) return [];
    if (gtins !== undefined && (gtin === undefined || !gtins.includes(gtin))) return [];
    if (categories !== undefined && (category === undefined || !categories.includes(category))) return [];
    return [at];
  });
}

/** The largest total; then fewer; then the shop's order. @returns in the order in which they are applied */
function bestSet(
  candidates: readonly Candidate[],
  gross: readonly number[],
  policy: PromotionPolicy,
): readonly Candidate[] {
  const ordered = [...candidates].sort(
    (a, b) => (a.rule.priority ?? PRIORITY_DEFAULT) - (b.rule.priority ?? PRIORITY_DEFAULT),
  );
  if (candidates.length > SEARCHED_MAX) return greedySet(ordered, gross, policy);
  let best: readonly Candidate[] = [];
  let bestTotal = 0;
  for (let set = 1; set < 2 ** candidates.length; set += 1) {
    const members = candidates.filter((_, at) => ((set >> at) & 1) === 1);
    if (!allCombine(members, policy)) continue;
    const applied = ordered.filter((candidate) => members.includes(candidate));
    const total = totalOf(applied, gross);
    const isBetter = total > bestTotal || (total === bestTotal && total > 0 && applied.length < best.length);
    if (isBetter) [best, bestTotal] = [applied, total];
  }
  return best;
}

function greedySet(
  ordered: readonly Candidate[],
  gross: readonly number[],
  policy: PromotionPolicy,
): readonly Candidate[] {
  const bySize = [...ordered].sort((a, b) => totalOf([b], gross) - totalOf([a], gross));
  const taken: Candidate[] = [];
  for (const candidate of bySize) if (allCombine([...taken, candidate], policy)) taken.push(candidate);
  return ordered.filter((candidate) => taken.includes(candidate));
}

function totalOf(applied: readonly Candidate[], gross: readonly number[]): number {
  const left = gross.slice();
  return applied.reduce((sum, candidate) => sum + take(candidate, left), 0);
}

function allCombine(members: readonly Candidate[], policy: PromotionPolicy): boolean {
  return members.every((a, at) => members.slice(at + 1).every((b) => mayCombine(a, b, policy)));
}

function mayCombine(a: Candidate, b: Candidate, policy: PromotionPolicy): boolean {
  if (policy === 'single' || a.rule.isExclusive === true || b.rule.isExclusive === true) return false;
  if (policy === 'all') return true;
  const isForOrder = isOrderLevel(a.rule);
  if (isForOrder || isOrderLevel(b.rule)) return isForOrder !== isOrderLevel(b.rule);
  const isSameSource = (a.rule.isManufacturer === true) === (b.rule.isManufacturer === true);
  return !isSameSource || !a.lines.some((line) => b.lines.includes(line));
}

function isOrderLevel({ gtins, categories }: CouponRule): boolean {
  return gtins === undefined && categories === undefined;
}

/** Percent rounds half up; spread in proportion, rounded down, the rest to the fullest line, then the first. @param left is changed */
function take({ rule, lines }: Candidate, left: number[]): number {
  const base = sumOf(left, lines);
  const whole = rule.percent === undefined ? (rule.amountOff ?? 0) : Math.floor((base * rule.percent + 50) / 100);
  const discount = Math.min(whole, rule.largestDiscount ?? whole, base);
  let over = discount;
  for (const line of lines) {
    // The product may be more than a number holds exactly.
    const share = base === 0 ? 0 : Number((BigInt(discount) * BigInt(left[line] ?? 0)) / BigInt(base));
    left[line] = (left[line] ?? 0) - share;
    over -= share;
  }
  while (over > 0) {
    const fullest = lines.reduce((most, line) => ((left[line] ?? 0) > (left[most] ?? 0) ? line : most), lines[0] ?? 0);
    const part = Math.min(over, left[fullest] ?? 0);
    left[fullest] = (left[fullest] ?? 0) - part;
    over -= part;
  }
  return discount;
}

function sumOf(amounts: readonly number[], lines: readonly number[]): number {
  return lines.reduce((sum, line) => sum + (amounts[line] ?? 0), 0);
}
