/**
 * A profile as a person describes it, read into what the card lists.
 * Source: docs/reference/card-commands.md, descriptions; docs/reference/wallet-list.md.   Floor: issuer.
 */
import { latin1ToBytes } from '@comptoir/protocol';
import * as wallet from '@comptoir/protocol/wallet';
import { type Described, Fields } from '#files';
import { couponRule } from './couponDescription.js';

export type DescribedProfile =
  | {
      readonly kind: 'bank';
      /** Names the bank's application file. */
      readonly application: string;
      /** What the description says; the rest is in the application file. */
      readonly profile: BankListing;
    }
  | {
      readonly kind: 'account' | 'gift' | 'coupon' | 'loyalty';
      /** Number at the profile's authoriser. */
      readonly account: number;
      /** Up to 4 characters, for the display. */
      readonly lastDigits: string;
      readonly profile: wallet.WalletProfile;
    };

export type BankListing = Pick<
  wallet.WalletProfile,
  | 'id'
  | 'activation'
  | 'label'
  | 'priority'
  | 'brand'
  | 'fundingAccount'
  | 'funding'
  | 'issuerRegion'
  | 'validThrough'
  | 'merchants'
>;

const KINDS = ['bank', 'account', 'gift', 'coupon', 'loyalty'] as const;
const KIND_CODES = {
  bank: wallet.KIND_BANK,
  account: wallet.KIND_ACCOUNT,
  gift: wallet.KIND_GIFT,
  coupon: wallet.KIND_COUPON,
  loyalty: wallet.KIND_LOYALTY,
} as const;
const FUNDINGS = ['debit', 'credit', 'prepaid'] as const;
const FUNDING_CODES = {
  debit: wallet.FUNDING_DEBIT,
  credit: wallet.FUNDING_CREDIT,
  prepaid: wallet.FUNDING_PREPAID,
} as const;

const ID_MAX = 16;
const LABEL_MAX = 16;
const MERCHANT_MAX = 32;
const BRAND_MAX = 12;
const REGION_MAX = 3;
const PATH_MAX = 1024;
/** Low nibble of tag 87. */
const PRIORITY_MAX = 15;
const AID_BYTES_MIN = 5;
const AID_BYTES_MAX = 16;

/** @param value of JSON, untrusted */
export function readProfileDescription(value: unknown): Described<DescribedProfile> {
  const fields = new Fields(value);
  const kind = fields.need('kind', fields.one('kind', KINDS), 'gift');
  const common = {
    id: latin1ToBytes(fields.need('id', fields.text('id', ID_MAX), '')),
    activation: fields.flag('activated') === false ? wallet.DEACTIVATED : wallet.ACTIVATED,
    merchants: fields.texts('merchants', MERCHANT_MAX),
    validThrough: fields.date('validThrough'),
  };
  if (kind === 'bank') {
    const application = fields.need('application', fields.text('application', PATH_MAX), '');
    const profile = { ...common, label: labelIn(fields), ...payingFields(fields), ...bankFields(fields) };
    return fields.finish(() => ({ kind, application, profile }));
  }
  const account = fields.need('account', fields.whole('account', 0, Number.MAX_SAFE_INTEGER), 0);
  const lastDigits = fields.text('lastDigits', wallet.LAST_DIGITS_MAX) ?? '';
  const label = fields.need('label', labelIn(fields), latin1ToBytes(''));
  const profile: wallet.WalletProfile = { ...common, kind: KIND_CODES[kind], label, ...ownFields(kind, fields) };
  if (wallet.encodeWalletProfile(profile).length > wallet.WALLET_OBJECT_BYTES_MAX)
    fields.note(
      'merchants',
      `and all other texts are more than the ${wallet.WALLET_OBJECT_BYTES_MAX} bytes that a card lists at once`,
    );
  return fields.finish(() => ({ kind, account, lastDigits, profile }));
}

function labelIn(fields: Fields): Uint8Array | undefined {
  const label = fields.text('label', LABEL_MAX);
  return label === undefined ? undefined : latin1ToBytes(label);
}

/** Of what is in the directory. */
function payingFields(fields: Fields): Pick<wallet.WalletProfile, 'priority' | 'fundingAccount'> {
  const group = fields.text('group', ID_MAX);
  const priority = fields.whole('priority', 0, PRIORITY_MAX);
  return { priority, fundingAccount: group === undefined ? undefined : latin1ToBytes(group) };
}

function bankFields(fields: Fields): Pick<wallet.WalletProfile, 'brand' | 'funding' | 'issuerRegion'> {
  const funding = fields.one('funding', FUNDINGS);
  return {
    brand: fields.text('brand', BRAND_MAX),
    funding: funding === undefined ? undefined : FUNDING_CODES[funding],
    issuerRegion: fields.text('region', REGION_MAX),
  };
}

function ownFields(kind: Exclude<(typeof KINDS)[number], 'bank'>, fields: Fields): Partial<wallet.WalletProfile> {
  switch (kind) {
    case 'account': {
      const aid = fields.bytes('aid', AID_BYTES_MIN, AID_BYTES_MAX) ?? wallet.ACCOUNT_AID;
      return { aid, currency: fields.currency('currency'), ...payingFields(fields) };
    }
    case 'gift': {
      const currency = fields.need('currency', fields.currency('currency'), 'EUR');
      return { currency, balance: fields.amount('balance') };
    }
    case 'coupon': {
      const currency = fields.currency('currency');
      const validFrom = fields.date('validFrom');
      const inside = fields.need('rule', fields.inside('rule'), undefined);
      return { currency, validFrom, rule: inside && couponRule(inside) };
    }
    case 'loyalty':
      return { pointsValue: fields.amount('pointsValue') };
  }
}
