/** Scenarios of every kind, for properties: few names and amounts, so that rules meet. */
import fc from 'fast-check';
import { ppseOf, type ScenarioProfile } from '../../../simulator/src/trials/replay/selectionWallet.js';
import type { Input } from './scenario.js';

const BRANDS: readonly (readonly [aid: string, brand: string])[] = [
  ['A0000000031010', 'visa'],
  ['A0000000041010', 'mastercard'],
  ['A0000000421010', 'cb'],
  ['A0000000980840', 'us-debit'],
  ['F04143435401', 'account'],
  ['A0000000', 'short'],
];
const amount = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 6000 }));
const date = fc.constantFrom('2026-11-23', '2026-11-24', '2026-11-25', '2027-03-01');
const flag = fc.boolean();
const seldom = fc.integer({ min: 0, max: 7 }).map((drawn) => drawn === 0);
const groupNames = ['p0', 'p1', 'p2', 'A', 'B', 'missing'] as const;
const merchants = ['m1', 'm2'] as const;

/** Fields that may be absent: there in `weight` of five. */
function some<T>(value: fc.Arbitrary<T>, weight = 2): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight, arbitrary: value }, { weight: 5 - weight, arbitrary: fc.constant(undefined) });
}

const shared = {
  activation: fc
    .integer({ min: 0, max: 15 })
    .map((drawn) => (['deactivated', 'locked'] as const)[drawn] ?? ('activated' as const)),
  expires: some(date, 1),
  merchantScope: some(fc.uniqueArray(fc.constantFrom(...merchants), { minLength: 1 }), 1),
};

const funding = fc
  .record({
    ...shared,
    kind: fc.constantFrom('bank', 'bank', 'bank', 'account'),
    application: fc.constantFrom(...BRANDS),
    api: fc.option(fc.constantFrom(0, 1, 2, 3, 0x81, 0x82), { nil: null }),
    kernelId: some(fc.constantFrom('00', '02', '03'), 1),
    fundingAccount: some(fc.constantFrom(...groupNames)),
    funding: some(fc.constantFrom('debit', 'debit', 'credit')),
    cdcvm: some(flag),
    selectSw: some(fc.constantFrom('9000', '9000', '6283', '6A82'), 1),
    currency: fc.constantFrom(null, null, 'EUR', 'USD'),
  })
  .map(({ application: [aid, brand], kind, currency, ...more }) => ({
    ...more,
    kind,
    aid,
    brand,
    currency: kind === 'account' ? currency : null,
  }));

const gift = fc.record({
  ...shared,
  kind: fc.constant('gift'),
  currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'),
  balance: fc.option(amount, { nil: null }),
});

const coupon = fc.record({
  ...shared,
  kind: fc.constant('coupon'),
  validFrom: some(date, 1),
  rule: fc
    .record({
      off: fc.oneof(fc.record({ percent: fc.integer({ min: 0, max: 100 }) }), fc.record({ amountOff: amount })),
      currency: some(fc.constantFrom('EUR', 'EUR', 'USD'), 1),
      minSpend: some(amount, 1),
      minQty: some(fc.integer({ min: 0, max: 4 }), 1),
      gtins: some(fc.uniqueArray(fc.constantFrom('g1', 'g2'), { minLength: 1 }), 1),
      categories: some(fc.uniqueArray(fc.constantFrom('food', 'toys'), { minLength: 1 }), 1),
      source: some(fc.constantFrom('store', 'manufacturer')),
      exclusive: some(seldom),
      priority: some(fc.integer({ min: 0, max: 300 })),
      maxDiscount: some(amount, 1),
      serial: some(fc.constantFrom('s1', 's2'), 1),
    })
    .map(({ off, ...rule }) => ({ ...rule, ...off })),
});

const loyalty = fc.record({ ...shared, kind: fc.constant('loyalty'), pointsValue: some(amount) });

const profiles = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: funding },
      { weight: 2, arbitrary: gift },
      { weight: 4, arbitrary: coupon },
      loyalty,
    ),
    {
      size: 'max',
      maxLength: 8,
    },
  )
  .map(
    (drawn) => drawn.map((profile, at) => clean({ ...profile, id: `p${at}`, label: `p${at}` })) as ScenarioProfile[],
  );

const accepts = fc.uniqueArray(
  fc
    .record({
      application: fc.constantFrom(...BRANDS.slice(0, 5), ['A000000003', 'visa']),
      kernelId: some(fc.constantFrom('00', '02', '03')),
      asi: some(fc.constantFrom('exact', 'partial')),
      ctlsTxnLimit: some(fc.constantFrom(0, 1, 2500, 5000), 1),
      cvmLimit: some(fc.constantFrom(0, 20, 2500, 5000), 1),
    })
    .map(({ application: [aid, brand], ...more }) => ({ aid, brand, ...more })),
  { minLength: 1, maxLength: 6 },
);

const merchant = fc.record({
  id: fc.constantFrom(...merchants),
  region: fc.constantFrom('EEA', 'US', 'AU'),
  country: fc.constant('FR'),
  currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'),
  mcc: fc.constantFrom('5411', '5812'),
  accepts,
  brandPreference: some(fc.uniqueArray(fc.constantFrom('visa', 'cb', 'mastercard', 'account', 'us-debit'))),
  routing: some(fc.constant('least-cost'), 1),
  costs: fc.constantFrom(
    {},
    { visa: { bps: 80, fixed: 15 }, cb: { bps: 150, fixed: 0 }, 'us-debit': { bps: 50, fixed: 21 } },
  ),
  allowOverride: some(flag),
  honorsNetworkChoice: some(flag),
  splitTender: some(flag, 1),
  partialApproval: some(flag),
  acceptsCoupons: some(seldom.map((drawn) => !drawn)),
  acceptsGift: some(seldom.map((drawn) => !drawn)),
  acceptsLoyalty: some(seldom.map((drawn) => !drawn)),
  remainder: some(fc.constantFrom('void', 'collect')),
  couponPolicy: some(fc.constantFrom('single', 'per-source', 'all')),
  maxGiftCards: some(fc.integer({ min: 0, max: 2 }), 1),
  redeemedSerials: some(fc.constant(['s1'])),
});

const basket = fc.array(
  fc.record({
    sku: fc.constant('s'),
    qty: fc.integer({ min: 0, max: 4 }),
    unit: amount,
    gtin: some(fc.constantFrom('g1', 'g2')),
    category: some(fc.constantFrom('food', 'toys')),
    giftCardItem: some(seldom),
  }),
  { maxLength: 5 },
);

const when = fc.record({
  mcc: some(fc.uniqueArray(fc.constantFrom('5411', '5812'), { minLength: 1 }), 1),
  minAmount: some(amount, 1),
  maxAmount: some(amount, 1),
  currency: some(fc.constantFrom('EUR', 'USD'), 1),
  merchant: some(fc.constantFrom(...merchants), 1),
});

const group = fc.constantFrom(...groupNames);
const rule = fc.oneof(fc.record({ when, use: group }), fc.record({ when, never: group }));

const authorisation = fc.oneof(
  fc.record({ approved: amount, code: fc.constantFrom('00', '10') }),
  fc.constant({ approved: 0, code: '51' }),
);
const anyId = fc.integer({ min: 0, max: 8 }).map((at) => `p${at}`);

export const anyScenario: fc.Arbitrary<Input> = fc
  .record({
    profiles,
    hasPpse: flag,
    selected: some(fc.constantFrom(...groupNames)),
    rules: some(fc.array(rule, { maxLength: 4 })),
    fallbackGroup: some(fc.constantFrom(...groupNames)),
    merchant,
    basket,
    isContactless: fc.constantFrom(true, true, true, false),
    supportsConfirmation: some(flag),
    choose: some(
      fc.oneof(
        fc.record({ profile: anyId }),
        fc.record({ brand: fc.constantFrom('visa', 'cb', 'mastercard', 'account', 'us-debit') }),
      ),
      1,
    ),
    confirms: some(fc.oneof(anyId, fc.constant(false as const))),
    decline: some(fc.uniqueArray(anyId, { maxLength: 3 }), 1),
    redeem: fc.dictionary(anyId, amount, { maxKeys: 4 }),
    auth: fc.dictionary(anyId, authorisation, { maxKeys: 6 }),
    piccs: fc.constantFrom(1, 1, 1, 1, 1, 1, 2),
    mode: fc.constantFrom('emv', 'emv', 'enumerate'),
    withdrawnTo: some(fc.constantFrom(1, 2)),
  })
  .map((drawn) => {
    const { piccs, mode, withdrawnTo, isContactless, supportsConfirmation } = drawn;
    const { choose, confirms, decline, redeem } = drawn;
    const ppse = isContactless && drawn.hasPpse ? ppseOf(drawn.profiles) : undefined;
    return clean({
      id: 'any',
      title: 'any',
      now: '2026-11-24T10:00:00Z',
      field: clean({ piccs, mode, uids: ['04A1', '04B2'], withdrawnTo }),
      terminal: clean({ interface: isContactless ? 'contactless' : 'contact', supportsConfirmation }),
      card: clean({
        id: 'dc1',
        profiles: drawn.profiles,
        selected: drawn.selected,
        rules: drawn.rules?.map((rule) => ({ ...rule, when: clean(rule.when) })),
        fallbackGroup: drawn.fallbackGroup,
        ppse,
      }),
      merchant: clean({ ...drawn.merchant, accepts: drawn.merchant.accepts.map(clean) }),
      basket: drawn.basket.map(clean),
      customer: clean({ choose, confirms, decline, redeem }),
      auth: drawn.auth,
    }) as unknown as Input;
  });

/** Without the fields that are undefined, one level deep; coupon rules too. */
function clean<T extends object>(value: T): T {
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  return Object.fromEntries(
    entries.map(([name, field]) => [name, name === 'rule' ? clean(field as object) : field]),
  ) as T;
}
