/**
 * The rule of a coupon, as a person describes it.
 * Source: docs/reference/card-commands.md, descriptions; docs/reference/wallet-list.md, E2.   Floor: issuer.
 */
import type { CouponRule } from '@comptoir/protocol/wallet';
import type { Fields } from '#files';

const TEXT_MAX = 32;
const QUANTITY_MAX = 65_535;
const COUPON_PRIORITY_MAX = 255;

export function couponRule(fields: Fields): CouponRule {
  const percent = fields.whole('percent', 1, 100);
  const amountOff = fields.amount('amountOff');
  if (percent !== undefined && amountOff !== undefined) fields.note('amountOff', 'can not be there beside percent');
  if (percent === undefined && amountOff === undefined) fields.note('percent', 'must be there, or amountOff');
  const rule: CouponRule = {
    percent,
    amountOff,
    minimumSpend: fields.amount('minimumSpend'),
    minimumQuantity: fields.whole('minimumQuantity', 0, QUANTITY_MAX),
    gtins: fields.texts('gtins', TEXT_MAX),
    categories: fields.texts('categories', TEXT_MAX),
    isManufacturer: fields.one('source', ['store', 'manufacturer']) === 'manufacturer',
    isExclusive: fields.flag('exclusive'),
    priority: fields.whole('priority', 0, COUPON_PRIORITY_MAX),
    largestDiscount: fields.amount('largestDiscount'),
    serial: fields.text('serial', TEXT_MAX),
  };
  fields.close();
  return rule;
}
