/**
 * What went wrong and what to do about it, for whoever stands at the till: the SDK and the shop say it to programmers, and in English.
 * Source: docs/reference/errors.md for the codes of readers, docs/reference/shop.md for those of shops.   Floor: till.
 */
import { type ErrorCode, ReaderError, type Recovery, type RecoveryAction } from '@comptoir/sdk';
import type { RefundCode } from '@comptoir/sdk/checkout';
import type { ApiFaultCode } from '../../../shop/src/api/faults.js';
import { type Language, settings } from '../settings/settings.js';
import { ShopRefusal, ShopUnreachable } from '../shop/shopClient.js';

interface FaultWords {
  readonly codes: Readonly<Record<ErrorCode, string>>;
  readonly next: Readonly<Record<RecoveryAction, string>>;
  readonly shop: Readonly<Record<ApiFaultCode, string>>;
  readonly refunds: Readonly<Record<RefundCode, string>>;
  readonly shopAway: string;
}

const ENGLISH: FaultWords = {
  codes: {
    'link/lost': 'The reader is away.',
    'link/denied': 'The reader could not be opened.',
    'link/not-found': 'There is no reader.',
    'link/in-use': 'Another page or program has the reader.',
    'link/untrusted': 'This is not a reader that this shop trusts.',
    'link/expired': 'The certificate of the reader is not valid today. Is the date of this tablet right?',
    'link/impostor': 'This reader shows the certificate of another one.',
    'link/tampered': 'Something between the tablet and the reader changed what they say.',
    'link/unsupported-here': 'This browser cannot talk to the reader in this way.',
    'card/torn': 'The card left too early.',
    'card/multiple': 'There was more than one card.',
    'card/unreadable': 'The card could not be read.',
    'reader/tampered': 'The reader was opened or altered.',
    'reader/busy': 'The reader is still busy.',
    'reader/fault': 'The reader failed.',
    'reader/keys': 'The reader has no keys left.',
    'update/required': 'The reader and this till do not fit together.',
    'update/interrupted': 'The update of the reader did not end.',
    'acquirer/failed': 'The bank could not be asked.',
    'journal/failed': 'This tablet could not write it down.',
    'offline/limit': 'Without a network no more may be stored.',
    aborted: 'Stopped.',
    timeout: 'It took too long.',
    'usage/invalid': 'The reader cannot do that.',
    'protocol/corrupt': 'The reader said something that makes no sense.',
  },
  next: {
    'retry-same-key': 'Try again.',
    lookup: 'Ask again how it ended.',
    'ask-other-card': 'Ask for another card, or another way to pay.',
    'insert-instead': 'Insert the card instead of tapping it.',
    reconnect: 'Look at its cable or its address, then try again.',
    replug: 'Plug the reader in, and connect it under Settings.',
    'update-firmware': 'Update the reader or this till.',
    'free-device': 'Close what else uses it, then try again.',
    'fix-code': 'Look into the settings, or call support.',
    'call-support': 'Use another reader or take cash, and call support.',
  },
  shop: {
    'not-signed-in': 'The shop does not know this till: pair it under Settings.',
    'pairing-refused': 'The code is not right, or too old: let the shop show another one.',
    forbidden: 'This till may not do that.',
    invalid: 'The shop does not understand that.',
    'not-found': 'The shop finds nothing under that.',
    'wrong-state': 'It has moved on meanwhile. Look again.',
    'out-of-stock': 'There are not so many left.',
    'price-changed': 'The price has changed meanwhile.',
    'more-than-left': 'That is more than what is left.',
    'refund-first': 'Give the money back first.',
    'not-the-customer': 'This is not the account that ordered.',
    'key-reused': 'The shop already has something else under this number.',
    declined: 'Declined.',
    'too-many': 'Too often: wait a little.',
    unavailable: 'The shop is busy. Try again.',
    internal: 'The shop failed. Try again.',
  },
  refunds: {
    SALE_UNKNOWN: 'The bank knows of no money that was taken by this sale.',
    SALE_OPEN: 'It is not known yet how this sale ended. Ask for that first.',
    SALE_VOID: 'Nothing was taken by this sale.',
    TENDER_UNKNOWN: 'The bank does not know what paid. Call support.',
    MORE_THAN_LEFT: 'That is more than what is left of this sale.',
    NOTHING_LEFT: 'All of it went back before.',
    CURRENCY_DIFFERS: 'The sale was in another currency.',
    KEY_REUSED: 'This refund was begun with something else. Look the sale up again.',
    MONEY_FIRST: 'The coupon comes back after the money. Try again.',
    INSTRUMENT_REFUSED: 'What paid takes nothing back: give the rest back in another way.',
  },
  shopAway: 'The shop cannot be reached. Try again when the network is back.',
};

const FRENCH: FaultWords = {
  codes: {
    'link/lost': 'Le lecteur n’est plus là.',
    'link/denied': 'Le lecteur n’a pas pu être ouvert.',
    'link/not-found': 'Il n’y a pas de lecteur.',
    'link/in-use': 'Une autre page ou un autre programme tient le lecteur.',
    'link/untrusted': 'Ce lecteur n’est pas de ceux auxquels la boutique se fie.',
    'link/expired':
      'Le certificat du lecteur n’est pas valable aujourd’hui. La date de cette tablette est-elle juste ?',
    'link/impostor': 'Ce lecteur montre le certificat d’un autre.',
    'link/tampered': 'Quelque chose entre la tablette et le lecteur a changé ce qu’ils se disent.',
    'link/unsupported-here': 'Ce navigateur ne sait pas parler ainsi au lecteur.',
    'card/torn': 'La carte est partie trop tôt.',
    'card/multiple': 'Il y avait plusieurs cartes.',
    'card/unreadable': 'La carte n’a pas pu être lue.',
    'reader/tampered': 'Le lecteur a été ouvert ou modifié.',
    'reader/busy': 'Le lecteur est encore occupé.',
    'reader/fault': 'Le lecteur est en panne.',
    'reader/keys': 'Le lecteur n’a plus de clés.',
    'update/required': 'Le lecteur et cette caisse ne vont pas ensemble.',
    'update/interrupted': 'La mise à jour du lecteur n’est pas terminée.',
    'acquirer/failed': 'La banque n’a pas pu être interrogée.',
    'journal/failed': 'Cette tablette n’a pas pu le noter.',
    'offline/limit': 'Sans réseau, rien de plus ne peut être enregistré.',
    aborted: 'Arrêté.',
    timeout: 'C’était trop long.',
    'usage/invalid': 'Le lecteur ne sait pas faire cela.',
    'protocol/corrupt': 'Le lecteur a dit quelque chose qui n’a pas de sens.',
  },
  next: {
    'retry-same-key': 'Réessayez.',
    lookup: 'Redemandez comment cela s’est terminé.',
    'ask-other-card': 'Demandez une autre carte, ou un autre moyen de payer.',
    'insert-instead': 'Insérez la carte au lieu de la poser.',
    reconnect: 'Vérifiez son câble ou son adresse, puis réessayez.',
    replug: 'Branchez le lecteur, et connectez-le dans les réglages.',
    'update-firmware': 'Mettez à jour le lecteur ou cette caisse.',
    'free-device': 'Fermez ce qui l’utilise, puis réessayez.',
    'fix-code': 'Voyez les réglages, ou appelez l’assistance.',
    'call-support': 'Prenez un autre lecteur ou des espèces, et appelez l’assistance.',
  },
  shop: {
    'not-signed-in': 'La boutique ne connaît pas cette caisse : associez-la dans les réglages.',
    'pairing-refused': 'Le code n’est pas bon, ou trop vieux : demandez-en un autre à la boutique.',
    forbidden: 'Cette caisse n’en a pas le droit.',
    invalid: 'La boutique ne comprend pas cela.',
    'not-found': 'La boutique ne trouve rien sous ce numéro.',
    'wrong-state': 'Cela a changé entre-temps. Regardez encore.',
    'out-of-stock': 'Il n’en reste pas autant.',
    'price-changed': 'Le prix a changé entre-temps.',
    'more-than-left': 'C’est plus que ce qui reste.',
    'refund-first': 'Rendez d’abord l’argent.',
    'not-the-customer': 'Ce n’est pas le compte qui a commandé.',
    'key-reused': 'La boutique a déjà autre chose sous ce numéro.',
    declined: 'Refusé.',
    'too-many': 'Trop souvent : attendez un peu.',
    unavailable: 'La boutique est occupée. Réessayez.',
    internal: 'La boutique est en panne. Réessayez.',
  },
  refunds: {
    SALE_UNKNOWN: 'La banque ne connaît aucun argent pris par cette vente.',
    SALE_OPEN: 'On ne sait pas encore comment cette vente s’est terminée. Demandez-le d’abord.',
    SALE_VOID: 'Rien n’a été pris par cette vente.',
    TENDER_UNKNOWN: 'La banque ne sait pas ce qui a payé. Appelez l’assistance.',
    MORE_THAN_LEFT: 'C’est plus que ce qui reste de cette vente.',
    NOTHING_LEFT: 'Tout a déjà été rendu.',
    CURRENCY_DIFFERS: 'La vente était dans une autre monnaie.',
    KEY_REUSED: 'Ce remboursement a commencé autrement. Cherchez encore la vente.',
    MONEY_FIRST: 'Le bon revient après l’argent. Réessayez.',
    INSTRUMENT_REFUSED: 'Ce qui a payé ne reprend rien : rendez le reste autrement.',
  },
  shopAway: 'La boutique ne répond pas. Réessayez au retour du réseau.',
};

export const FAULT_WORDS: Readonly<Record<Language, FaultWords>> = { en: ENGLISH, fr: FRENCH };

/** @param fault whatever was thrown: of a reader, of the shop, or of this page, whose message is in the language of the page already */
export function sayFault(fault: unknown): string {
  const { codes, next, shop, shopAway } = FAULT_WORDS[settings.value.language];
  if (fault instanceof ReaderError) return `${codes[fault.code]} ${next[fault.recovery.do]}`;
  if (fault instanceof ShopRefusal) return wordOf(shop, fault.fault.code) ?? fault.message;
  if (fault instanceof ShopUnreachable) return shopAway;
  return fault instanceof Error ? fault.message : String(fault);
}

interface Ended {
  readonly recovery: Recovery;
  /** Of a reader, of a bank, or of a refund. */
  readonly code?: string;
  readonly cause?: unknown;
}

/** How a payment or a refund ended that isn't what was wanted. */
export function sayEnd({ recovery, code, cause }: Ended): string {
  const { codes, next, refunds } = FAULT_WORDS[settings.value.language];
  const refusal = wordOf(refunds, code);
  if (refusal !== undefined) return refusal;
  // That somebody stopped it is nothing new to whoever did.
  const behind = (cause as Ended | undefined)?.code;
  const why = wordOf(codes, code) ?? (behind === 'aborted' ? undefined : wordOf(codes, behind));
  return why === undefined ? next[recovery.do] : `${why} ${next[recovery.do]}`;
}

/** @param code of whoever said no: it may be any text */
function wordOf(words: Readonly<Record<string, string>>, code: string | undefined): string | undefined {
  return code !== undefined && Object.hasOwn(words, code) ? words[code] : undefined;
}
