/**
 * What a receipt says, in English and French.
 * Source: docs/reference/wallet-list.md for the names of rules.   Floor: sdk receipt; imports nothing.
 */

export interface ReceiptWords {
  readonly receipt: string;
  readonly total: string;
  readonly tip: string;
  readonly vat: string;
  readonly change: string;
  readonly stillDue: string;
  readonly declined: string;
  /** Never `approved`. */
  readonly stored: string;
  readonly approvedBy: string;
  readonly cash: string;
  readonly coupon: string;
  readonly verified: Readonly<Record<string, string>>;
  /** By the name of the rule. */
  readonly rules: Readonly<Record<string, string>>;
  readonly decimalMark: string;
}

export const RECEIPT_WORDS: Readonly<Record<'en' | 'fr', ReceiptWords>> = {
  en: {
    receipt: 'Receipt',
    total: 'TOTAL',
    tip: 'Tip',
    vat: 'of which VAT',
    change: 'Change',
    stillDue: 'STILL DUE',
    declined: 'DECLINED',
    stored: 'STORED: the bank was not asked yet',
    approvedBy: 'Approval',
    cash: 'Cash',
    coupon: 'Coupon',
    verified: { none: 'no verification', signature: 'signature', 'on-device': 'verified on the device' },
    rules: {
      BEST_COUPON_SET: 'takes off most',
      POINTS_ASKED_FOR: 'asked for by you',
      GIFT_CARD_ORDER: 'gift cards pay first',
      PAYER_CHOICE: 'chosen by you',
      CARD_RULE: 'a rule of your card',
      CARD_SELECTION: 'selected on your card',
      CARD_PRIORITY: 'first on your card',
      FALLBACK: 'your card falls back on it',
      PAYER_BRAND: 'brand chosen by you',
      LEAST_COST: 'cheapest brand for the shop',
      MERCHANT_PREFERENCE: 'shop default, you may change',
    },
    decimalMark: '.',
  },
  fr: {
    receipt: 'Ticket',
    total: 'TOTAL',
    tip: 'Pourboire',
    vat: 'dont TVA',
    change: 'Rendu',
    stillDue: 'RESTE A PAYER',
    declined: 'REFUSE',
    stored: 'ENREGISTRE : banque pas encore interrogee',
    approvedBy: 'Autorisation',
    cash: 'Especes',
    coupon: 'Bon',
    verified: { none: 'sans verification', signature: 'signature', 'on-device': 'verifie sur l’appareil' },
    rules: {
      BEST_COUPON_SET: 'la plus forte remise',
      POINTS_ASKED_FOR: 'demande par vous',
      GIFT_CARD_ORDER: 'cartes cadeaux en premier',
      PAYER_CHOICE: 'choisi par vous',
      CARD_RULE: 'regle de votre carte',
      CARD_SELECTION: 'selectionne sur votre carte',
      CARD_PRIORITY: 'premier sur votre carte',
      FALLBACK: 'solution de repli de votre carte',
      PAYER_BRAND: 'marque choisie par vous',
      LEAST_COST: 'marque la moins chere pour le magasin',
      MERCHANT_PREFERENCE: 'choix du magasin, modifiable',
    },
    decimalMark: ',',
  },
};
