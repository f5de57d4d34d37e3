/**
 * What the card of a selection scenario lists: its profiles and preferences as wallet list objects.
 * Source: test-vectors/README.md, selection; docs/reference/wallet-list.md.   Floor: simulator trials.
 */
import {
  dataObject,
  encodeTlv,
  fromHex,
  latin1ToBytes,
  NO_BYTES,
  TAG_4F_APPLICATION_IDENTIFIER,
  TAG_6F_FCI_TEMPLATE,
  TAG_9F2A_KERNEL_IDENTIFIER,
  TAG_50_APPLICATION_LABEL,
  TAG_61_APPLICATION_TEMPLATE,
  TAG_84_DEDICATED_FILE_NAME,
  TAG_87_APPLICATION_PRIORITY_INDICATOR,
  TAG_A5_FCI_PROPRIETARY_TEMPLATE,
  TAG_BF0C_FCI_ISSUER_DISCRETIONARY_DATA,
  template,
  toHex,
} from '@comptoir/protocol';
import {
  ACTIVATED,
  type CardPreferences,
  DEACTIVATED,
  encodeCardPreferences,
  encodeWalletProfile,
  FUNDING_CREDIT,
  FUNDING_DEBIT,
  FUNDING_PREPAID,
  KIND_ACCOUNT,
  KIND_BANK,
  KIND_COUPON,
  KIND_GIFT,
  KIND_LOYALTY,
  LOCKED,
  type WalletProfile,
} from '@comptoir/protocol/wallet';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

/** A profile of a scenario; the fields of its kind. */
export interface ScenarioProfile {
  readonly id: string;
  readonly kind: 'bank' | 'account' | 'gift' | 'coupon' | 'loyalty';
  readonly label: string;
  readonly activation?: 'activated' | 'deactivated' | 'locked';
  readonly expires?: string;
  readonly validFrom?: string;
  readonly merchantScope?: readonly string[];
  readonly aid?: string;
  readonly brand?: string;
  readonly api?: number | null;
  readonly kernelId?: string;
  readonly fundingAccount?: string;
  readonly funding?: 'debit' | 'credit' | 'prepaid';
  readonly issuerRegion?: string;
  readonly cdcvm?: boolean;
  readonly selectSw?: string;
  readonly currency?: string | null;
  readonly balance?: number | null;
  readonly rule?: ScenarioCouponRule;
  readonly pointsValue?: number;
}

interface ScenarioCouponRule {
  readonly percent?: number;
  readonly amountOff?: number;
  readonly currency?: string;
  readonly minSpend?: number;
  readonly minQty?: number;
  readonly gtins?: readonly string[];
  readonly categories?: readonly string[];
  readonly source?: 'store' | 'manufacturer';
  readonly exclusive?: boolean;
  readonly priority?: number;
  readonly maxDiscount?: number;
  readonly serial?: string;
}

export interface ScenarioCard {
  readonly id: string;
  readonly profiles: readonly ScenarioProfile[];
  readonly selected?: string;
  readonly rules?: readonly {
    readonly when: {
      readonly mcc?: readonly string[];
      readonly minAmount?: number;
      readonly maxAmount?: number;
      readonly currency?: string;
      readonly merchant?: string;
    };
    /** Exactly one of them. */
    readonly use?: string;
    readonly never?: string;
  }[];
  readonly fallbackGroup?: string;
  readonly ppse?: string;
}

/** As hexadecimal text. */
export interface WalletList {
  /** E1, one a profile, in card order. */
  readonly profiles: readonly string[];
  /** E3. */
  readonly preferences: string;
}

const KINDS = {
  bank: KIND_BANK,
  account: KIND_ACCOUNT,
  gift: KIND_GIFT,
  coupon: KIND_COUPON,
  loyalty: KIND_LOYALTY,
} as const;
const ACTIVATIONS = { activated: ACTIVATED, deactivated: DEACTIVATED, locked: LOCKED } as const;
const FUNDINGS = { debit: FUNDING_DEBIT, credit: FUNDING_CREDIT, prepaid: FUNDING_PREPAID } as const;
const LABEL_BYTES_MAX = 16;
const OPAQUE_BYTES_MAX = 16;

export function walletListOf(card: ScenarioCard): WalletList {
  return {
    profiles: card.profiles.map((profile) => toHex(encodeWalletProfile(walletProfileOf(profile)))),
    preferences: toHex(encodeCardPreferences(preferencesOf(card))),
  };
}

export function preferencesOf(card: ScenarioCard): CardPreferences {
  return {
    selected: card.selected === undefined ? undefined : opaque(card.selected),
    fallback: card.fallbackGroup === undefined ? undefined : opaque(card.fallbackGroup),
    rules: (card.rules ?? []).map(({ when, use, never }) => ({
      categories: when.mcc?.map(Number),
      leastAmount: when.minAmount,
      largestAmount: when.maxAmount,
      currency: when.currency,
      merchant: when.merchant,
      use: use === undefined ? undefined : opaque(use),
      never: never === undefined ? undefined : opaque(never),
    })),
  };
}

export function walletProfileOf(profile: ScenarioProfile): WalletProfile {
  const { rule, kernelId } = profile;
  return {
    id: opaque(profile.id),
    kind: KINDS[profile.kind],
    activation: ACTIVATIONS[profile.activation ?? 'activated'],
    label: latin1ToBytes(profile.label.slice(0, LABEL_BYTES_MAX)),
    aid: profile.aid === undefined ? undefined : fromHex(profile.aid),
    priority: profile.api ?? undefined,
    kernel: kernelId === undefined ? undefined : fromHex(kernelId)?.[0],
    // The list names the brands of bank applications only: an account's is that of what the merchant accepts.
    brand: profile.kind === 'bank' ? profile.brand : undefined,
    fundingAccount: profile.fundingAccount === undefined ? undefined : opaque(profile.fundingAccount),
    funding: profile.funding && FUNDINGS[profile.funding],
    issuerRegion: profile.issuerRegion,
    isHolderVerified: profile.cdcvm,
    validThrough: dateOf(profile.expires),
    validFrom: dateOf(profile.validFrom),
    currency: (profile.kind === 'coupon' ? rule?.currency : profile.currency) ?? undefined,
    balance: profile.balance ?? undefined,
    merchants: profile.merchantScope,
    rule: rule && {
      percent: rule.percent,
      amountOff: rule.amountOff,
      minimumSpend: rule.minSpend,
      minimumQuantity: rule.minQty,
      gtins: rule.gtins,
      categories: rule.categories,
      isManufacturer: rule.source === 'manufacturer',
      isExclusive: rule.exclusive,
      priority: rule.priority,
      largestDiscount: rule.maxDiscount,
      serial: rule.serial,
    },
    pointsValue: profile.pointsValue,
  };
}

/** A scenario names profiles and groups at any length, a card in 16 bytes. */
function opaque(name: string): Uint8Array {
  const bytes = utf8ToBytes(name);
  return bytes.length <= OPAQUE_BYTES_MAX ? bytes : sha256(bytes).subarray(0, OPAQUE_BYTES_MAX);
}

/** YYYY-MM-DD as the number YYYYMMDD. */
function dateOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text.replaceAll('-', ''));
}

/**
 * The answer to SELECT PPSE of a card with these profiles: its activated applications, in card order.
 * @returns hexadecimal text, with the status word
 */
export function ppseOf(profiles: readonly ScenarioProfile[]): string {
  const entries = profiles
    .filter(
      ({ kind, activation }) => (kind === 'bank' || kind === 'account') && (activation ?? 'activated') === 'activated',
    )
    .map(({ aid, label, api, kernelId }) =>
      template(
        TAG_61_APPLICATION_TEMPLATE,
        dataObject(TAG_4F_APPLICATION_IDENTIFIER, fromHex(aid ?? '') ?? NO_BYTES),
        dataObject(TAG_50_APPLICATION_LABEL, latin1ToBytes(label.slice(0, LABEL_BYTES_MAX))),
        ...(api === undefined || api === null
          ? []
          : [dataObject(TAG_87_APPLICATION_PRIORITY_INDICATOR, Uint8Array.of(api))]),
        ...(kernelId === undefined ? [] : [dataObject(TAG_9F2A_KERNEL_IDENTIFIER, fromHex(kernelId) ?? NO_BYTES)]),
      ),
    );
  const answer = encodeTlv(
    template(
      TAG_6F_FCI_TEMPLATE,
      dataObject(TAG_84_DEDICATED_FILE_NAME, latin1ToBytes('2PAY.SYS.DDF01')),
      template(TAG_A5_FCI_PROPRIETARY_TEMPLATE, template(TAG_BF0C_FCI_ISSUER_DISCRETIONARY_DATA, ...entries)),
    ),
  );
  return `${toHex(answer)}9000`;
}
