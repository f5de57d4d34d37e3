/**
 * The cards of the catalogue. Every number is a published test number or an invented one in a test range.
 * Floor: simulator world.
 */
import {
  CRYPTOGRAM_VERSION_10,
  catalogueCard as card,
  cartesBancaires,
  hex,
  interacLike,
  mastercard,
  ORDINARY_T0,
  OTHER_KEYS,
  visa,
} from './applicationProfiles.js';
import { contactlessCards } from './contactlessCards.js';
import { DYNAMIC_CARD } from './dynamic/dynamicProfiles.js';
import { issuerCards } from './issuerCards.js';
import type { CardProfile } from './personalisation/cardProfile.js';

const goodCards: readonly CardProfile[] = [
  card(
    {
      name: 'visa-debit',
      label: 'Visa Debit',
      description: 'CDA on contact, fDDA on contactless, with a payment account reference',
      number: hex('4761739001010119'),
      paymentAccountReference: 'V0010013820210119000000000001',
    },
    visa({ label: 'VISA DEBIT' }),
  ),
  card(
    {
      name: 'visa-credit',
      label: 'Visa Credit',
      description: 'DDA on contact, fDDA with its data in a record on contactless; exponent 65537, smaller keys',
      number: hex('4761340000000050'),
    },
    visa({
      label: 'VISA CREDIT',
      ...OTHER_KEYS,
      ...CRYPTOGRAM_VERSION_10,
      authentication: 'DDA',
      relatedDataIn: 'record',
    }),
  ),
  card(
    {
      name: 'mastercard',
      label: 'Mastercard',
      description: 'CDA on both interfaces, with a payment account reference',
      number: hex('5413330089601034'),
      paymentAccountReference: '50010013820210340000000000002',
    },
    mastercard(),
  ),
  card(
    {
      name: 'mastercard-debit',
      label: 'Debit Mastercard',
      description: 'CDA on both interfaces; a number that begins with 2, exponent 65537, smaller keys',
      number: hex('2223000048400011'),
    },
    mastercard({ label: 'DEBIT MASTERCARD', ...OTHER_KEYS }),
  ),
  card(
    {
      name: 'cb-visa',
      label: 'CB Visa',
      description: 'two applications on one account: CB first, Visa second',
      number: hex('4970100000000154'),
      paymentAccountReference: 'V0010013820210154000000000003',
    },
    cartesBancaires({ priority: 1 }),
    visa({ label: 'VISA DEBIT', priority: 2 }),
  ),
  card(
    {
      name: 'interac-like',
      label: 'Interac',
      description: 'a domestic debit card: CDA on both interfaces, Canadian dollars',
      number: hex('4506000000000001'),
    },
    interacLike(),
  ),
  card(
    {
      name: 'nineteen-digit',
      label: 'Visa, 19 digits',
      description: 'a card number of 19 digits, an issuer named by 8',
      number: hex('4761739000000000001F'),
      issuerDigits: 8,
    },
    visa(),
  ),
  card(
    {
      name: 'sda-only',
      label: 'Visa, static data only',
      description: 'static data authentication, answers as over T=0',
      number: hex('4761739001010200'),
      interface: 'contact',
      t0: ORDINARY_T0,
    },
    visa({ authentication: 'SDA' }),
  ),
  card(
    {
      name: 'no-oda',
      label: 'Visa without offline authentication',
      description: 'no certificates, so there is no index token; contactless without records',
      number: hex('4761739001010218'),
    },
    visa({ authentication: 'none' }),
  ),
  card(
    {
      name: 'declined',
      label: 'Visa, declined',
      description: 'a good card that its issuer declines',
      number: hex('4761739001010226'),
      issuer: { decision: 'decline' },
    },
    visa(),
  ),
  card(
    {
      name: 'declined-offline',
      label: 'Visa, declines itself',
      description: 'the card answers AAC, whatever it is asked',
      number: hex('4761739001010234'),
      declinesOffline: true,
    },
    visa(),
  ),
];

const badCards: readonly CardProfile[] = [
  card(
    {
      name: 'wrong-signature',
      label: 'Visa, wrong signature',
      description: 'the signature that the card makes has one byte changed',
      number: hex('4761739001010242'),
      flaw: 'dynamicSignature',
    },
    visa(),
  ),
  card(
    {
      name: 'wrong-signature-mastercard',
      label: 'Mastercard, wrong signature',
      description: 'the same on a Mastercard: CDA fails',
      number: hex('5413330089601208'),
      flaw: 'dynamicSignature',
    },
    mastercard(),
  ),
  card(
    {
      name: 'wrong-static-signature',
      label: 'Visa, wrong static signature',
      description: 'static data authentication over other data than the records',
      number: hex('4761739001010259'),
      interface: 'contact',
      flaw: 'staticData',
    },
    visa({ authentication: 'SDA' }),
  ),
  card(
    {
      name: 'wrong-issuer-certificate',
      label: 'Visa, wrong issuer certificate',
      description: 'the issuer certificate has one byte changed',
      number: hex('4761739001010267'),
      flaw: 'issuerCertificate',
    },
    visa(),
  ),
  card(
    {
      name: 'wrong-card-certificate',
      label: 'Visa, wrong card certificate',
      description: 'the ICC certificate was made for another card number',
      number: hex('4761739001010275'),
      flaw: 'otherCardNumber',
    },
    visa(),
  ),
  card(
    {
      name: 'altered-data',
      label: 'Visa, altered data',
      description: 'the records are not those that the ICC certificate covers',
      number: hex('4761739001010283'),
      flaw: 'staticData',
    },
    visa(),
  ),
  card(
    {
      name: 'other-amount',
      label: 'Visa, another amount',
      description: 'the card signs another amount than the reader sent',
      number: hex('4761739001010291'),
      flaw: 'otherAmount',
    },
    visa(),
  ),
  card(
    {
      name: 'other-amount-mastercard',
      label: 'Mastercard, another amount',
      description: 'the same on a Mastercard: the transaction data hash of CDA differs',
      number: hex('5413330089601216'),
      flaw: 'otherAmount',
    },
    mastercard(),
  ),
  card(
    {
      name: 'expired-certificate',
      label: 'Visa, expired certificate',
      description: 'the certificates expired in December 2020',
      number: hex('4761739001010309'),
      flaw: 'expiredCertificates',
    },
    visa(),
  ),
  card(
    {
      name: 'unknown-authority',
      label: 'Visa, unknown authority',
      description: 'the issuer certificate is signed by a CA key that no terminal has',
      number: hex('4761739001010317'),
      flaw: 'unknownAuthority',
    },
    visa(),
  ),
  card(
    {
      name: 'brand-mixup',
      label: 'Mastercard with a Visa number',
      description: 'a Mastercard application whose card number is a Visa number, all signatures right',
      number: hex('4761739001010325'),
    },
    mastercard(),
  ),
];

export const cardProfiles: readonly CardProfile[] = [
  ...goodCards,
  ...issuerCards,
  ...contactlessCards,
  DYNAMIC_CARD,
  ...badCards,
];
