/**
 * What the catalogue's dynamic card holds: two bank accounts, one of them with two brands, an online account, gift cards, coupons and
 * points. Every number is an invented one in a test range.
 * Floor: simulator world.
 */

import type { CardRecord } from '@comptoir/issuer/authorisers';
import { latin1ToBytes } from '@comptoir/protocol';
import * as wallet from '@comptoir/protocol/wallet';
import { ACCOUNT_AID } from '@comptoir/protocol/wallet';
import type { TestPki } from '../../pki/testPki.js';
import { cartesBancaires, hex, mastercard, ORDINARY_CARD, visa } from '../applicationProfiles.js';
import type { ApplicationProfile, CardProfile } from '../personalisation/cardProfile.js';
import { accountKeys } from './accountKeys.js';
import { bankApplicationObjects } from './bankApplication.js';
import { createCardIssuer } from './cardIssuer.js';
import { ISSUERS, type MadeCard } from './cardMaking.js';

/** The account whose two brands the catalogue lists. */
export const DYNAMIC_CARD: CardProfile = {
  ...ORDINARY_CARD,
  name: 'dynamic',
  label: 'Dynamic card',
  description:
    'the script of the dynamic card: CB and Visa on one account, a Mastercard, an online account, gift cards, coupons, points',
  number: hex('4970100000000204'),
  applications: [cartesBancaires({ priority: 1 }), visa({ label: 'VISA DEBIT', priority: 2 })],
};

/** Its other bank account. */
export const DYNAMIC_SECOND_ACCOUNT: CardProfile = {
  ...ORDINARY_CARD,
  name: 'dynamic-second',
  label: 'Dynamic card, second account',
  description: 'the Mastercard of the dynamic card',
  number: hex('5413330089601307'),
  applications: [mastercard({ priority: 4 })],
};

/** Years that a development card lasts are those of the other test cards. */
const VALID_THROUGH = 20491231;

type Stored = Omit<wallet.WalletProfile, 'id' | 'activation' | 'label'>;

/** Merchants that some of it is for. */
export const THIS_SHOP = 'COMPTOIR-DEV-01';
export const OTHER_SHOP = 'OTHER-SHOP-02';

/** Numbers at their authorisers; accounts and gift cards have none in common. */
export const DYNAMIC_ACCOUNT = 1001;
export const FIRST_GIFT = 1;

/** Numbered from FIRST_GIFT on. */
export const SHOP_PROFILES: readonly (readonly [id: string, label: string, rest: Stored])[] = [
  ['gift', 'GIFT CARD', { kind: wallet.KIND_GIFT, currency: 'EUR', balance: 2500, validThrough: VALID_THROUGH }],
  [
    'coupon-ten',
    '10 PERCENT OFF',
    { kind: wallet.KIND_COUPON, merchants: [THIS_SHOP], rule: { percent: 10, serial: 'DYN-0001' } },
  ],
  [
    'coupon-other',
    'OTHER SHOP',
    { kind: wallet.KIND_COUPON, merchants: [OTHER_SHOP], rule: { amountOff: 500, serial: 'DYN-0002' } },
  ],
  ['points', 'POINTS', { kind: wallet.KIND_LOYALTY, merchants: [THIS_SHOP], pointsValue: 300 }],
];

/**
 * Signed objects of all issuers, in the order in which the card gets them.
 * @param showsGift false: the gift card has no figure, and its reference is its name, so that the reader asks what is left
 */
export function dynamicCardObjects(made: MadeCard, pki: TestPki, showsGift = true): readonly Uint8Array[] {
  const operator = createCardIssuer(made, made.issuerKeys(ISSUERS.operator));
  const bank = createCardIssuer(made, made.issuerKeys(ISSUERS.bank));
  const shop = createCardIssuer(made, made.issuerKeys(ISSUERS.shop));
  const bankProfile = (card: CardProfile, application: ApplicationProfile, group: string): Uint8Array =>
    bank.putBank(
      walletProfileOf(application, group),
      bankApplicationObjects(bank, card, application, pki),
      lastDigits(card),
    );
  return [
    ...DYNAMIC_CARD.applications.map((application) => bankProfile(DYNAMIC_CARD, application, 'main')),
    operator.putProfile(
      {
        id: latin1ToBytes('account'),
        kind: wallet.KIND_ACCOUNT,
        activation: wallet.ACTIVATED,
        label: latin1ToBytes('ACCOUNT'),
        aid: ACCOUNT_AID,
        priority: 3,
        currency: 'EUR',
      },
      accountKeys('account', DYNAMIC_ACCOUNT, made.identifier),
    ),
    ...DYNAMIC_SECOND_ACCOUNT.applications.map((application) =>
      bankProfile(DYNAMIC_SECOND_ACCOUNT, application, 'second'),
    ),
    ...SHOP_PROFILES.map(([name, label, { balance, ...rest }], at) => {
      const keys = accountKeys(name, FIRST_GIFT + at, made.identifier);
      const isShown = showsGift || rest.kind !== wallet.KIND_GIFT;
      const id = isShown ? latin1ToBytes(name) : keys.cardReference;
      const figure = isShown && balance !== undefined ? { balance } : {};
      return shop.putProfile(
        { id, activation: wallet.ACTIVATED, label: latin1ToBytes(label), ...rest, ...figure },
        keys,
      );
    }),
    operator.setPreferences({ rules: [], fallback: latin1ToBytes('second') }),
  ];
}

/** What its issuers know the card by: whoever reports it lost names no more than the card. */
export function dynamicCardRecord({ identifier }: Pick<MadeCard, 'identifier'>): CardRecord {
  return {
    references: [
      accountKeys('account', DYNAMIC_ACCOUNT, identifier),
      ...SHOP_PROFILES.map(([id], at) => accountKeys(id, FIRST_GIFT + at, identifier)),
    ],
    numbers: [DYNAMIC_CARD.number, DYNAMIC_SECOND_ACCOUNT.number],
  };
}

/** As the wallet lists a bank application. */
export function walletProfileOf(application: ApplicationProfile, group: string): wallet.WalletProfile {
  return {
    id: application.aid,
    kind: wallet.KIND_BANK,
    activation: wallet.ACTIVATED,
    label: latin1ToBytes(application.label),
    aid: application.aid,
    priority: application.priority,
    kernel: application.namesKernel ? application.kernel : undefined,
    brand: BRANDS[application.network],
    fundingAccount: latin1ToBytes(group),
    funding: wallet.FUNDING_DEBIT,
    issuerRegion: 'EEA',
    validThrough: VALID_THROUGH,
  };
}

const BRANDS: Readonly<Record<ApplicationProfile['network'], string>> = {
  visa: 'VISA',
  mastercard: 'MASTERCARD',
  cartesBancaires: 'CB',
  interac: 'INTERAC',
};

/** The last four are what a card may show. */
export function lastDigits({ number }: CardProfile): string {
  return [...number.subarray(-2)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
