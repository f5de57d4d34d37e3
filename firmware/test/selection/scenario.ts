/** Scenarios of the kind selection, as test-vectors/README.md describes them. */
import { readFileSync } from 'node:fs';
import type { ScenarioCard } from '../../../simulator/src/trials/replay/selectionWallet.js';

/** What a scenario gives. Amounts are minor units. */
export interface Input {
  readonly id: string;
  readonly kind?: 'selection';
  readonly title: string;
  readonly rules?: readonly { readonly id: string; readonly rule: string; readonly source: string }[];
  readonly card: ScenarioCard;
  readonly now: string;
  readonly field: { piccs: number; mode: string; uids?: readonly string[]; withdrawnTo?: number };
  readonly terminal: { interface: string; supportsConfirmation?: boolean };
  readonly merchant: Merchant;
  readonly basket: readonly Line[];
  readonly customer: {
    choose?: { profile?: string; brand?: string };
    confirms?: string | false;
    decline?: readonly string[];
    redeem?: Record<string, number>;
  };
  readonly auth: Record<string, { approved: number; code: string }>;
}

export interface Accepted {
  aid: string;
  brand: string;
  kernelId?: string;
  asi?: string;
  ctlsTxnLimit?: number;
  cvmLimit?: number;
}

export interface Merchant {
  id: string;
  region: string;
  country: string;
  currency: string;
  mcc: string;
  accepts: readonly Accepted[];
  brandPreference?: readonly string[];
  routing?: string;
  costs?: Record<string, { bps: number; fixed: number }>;
  allowOverride?: boolean;
  honorsNetworkChoice?: boolean;
  splitTender?: boolean;
  partialApproval?: boolean;
  acceptsCoupons?: boolean;
  acceptsGift?: boolean;
  acceptsLoyalty?: boolean;
  remainder?: string;
  couponPolicy?: string;
  maxGiftCards?: number;
  redeemedSerials?: readonly string[];
}

export interface Line {
  sku: string;
  qty: number;
  unit: number;
  gtin?: string;
  category?: string;
  giftCardItem?: boolean;
}

export interface Tender {
  readonly profile: string;
  readonly kind: string;
  readonly amount: number;
}

export interface Expected {
  readonly outcome: string;
  readonly reason?: string;
  readonly tenders: readonly Tender[];
  readonly due: number;
  readonly reads: readonly string[];
  readonly excluded: readonly { readonly profile: string; readonly reason: string }[];
  readonly candidates?: readonly string[];
  readonly cards?: readonly string[];
}

export interface Scenario extends Input {
  readonly expected: Expected;
}

export interface ScenarioFile {
  readonly scenarios: readonly Scenario[];
  /** Of some scenarios, by id: names of the rules of each tender. */
  readonly why?: { readonly [id: string]: readonly (readonly string[])[] };
}

/** `file` of test-vectors. */
export function readScenarios(file: string): ScenarioFile {
  return JSON.parse(readFileSync(new URL(`../../../test-vectors/${file}`, import.meta.url), 'utf8')) as ScenarioFile;
}
