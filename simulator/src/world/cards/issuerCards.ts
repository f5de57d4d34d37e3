/**
 * Cards whose issuer, or whose own counters, do something else than approve.
 * Floor: simulator world.
 */
import { CRYPTOGRAM_VERSION_10, catalogueCard as card, hex, mastercard, visa } from './applicationProfiles.js';
import type { CardProfile } from './personalisation/cardProfile.js';

export const issuerCards: readonly CardProfile[] = [
  card(
    {
      name: 'refer',
      label: 'Visa, call the bank',
      description: 'a good card of which the issuer wants to hear first: 01',
      number: hex('4761739001010408'),
      issuer: { decision: 'refer' },
    },
    visa(),
  ),
  card(
    {
      name: 'partial',
      label: 'Visa, half of it',
      description: 'the issuer approves half of the amount, rounded up: 10',
      number: hex('4761739001010416'),
      issuer: { decision: 'partial' },
    },
    visa(),
  ),
  card(
    {
      name: 'late',
      label: 'Visa, late',
      description: 'the issuer approves after 20 seconds',
      number: hex('4761739001010424'),
      issuer: { decision: 'approve', answers: 'late' },
    },
    visa(),
  ),
  card(
    {
      name: 'silent',
      label: 'Visa, silent',
      description: 'the issuer never answers',
      number: hex('4761739001010432'),
      issuer: { decision: 'approve', answers: 'silent' },
    },
    visa(),
  ),
  card(
    {
      name: 'wrong-arpc',
      label: 'Visa, wrong ARPC',
      description: 'the issuer approves, with a wrong ARPC by EXTERNAL AUTHENTICATE, so the card declines',
      number: hex('4761739001010440'),
      interface: 'contact',
      issuer: { decision: 'approve', hasWrongResponse: true },
    },
    visa(CRYPTOGRAM_VERSION_10),
  ),
  card(
    {
      name: 'wrong-arpc-mastercard',
      label: 'Mastercard, wrong ARPC',
      description: 'the same on a Mastercard, in the data of the second GENERATE AC',
      number: hex('5413330089601224'),
      interface: 'contact',
      issuer: { decision: 'approve', hasWrongResponse: true },
    },
    mastercard(),
  ),
  card(
    {
      name: 'script-limits',
      label: 'Visa, new limits',
      description: 'the issuer sends a script 72 after the transaction: two PUT DATA',
      number: hex('4761739001010457'),
      interface: 'contact',
      issuer: { decision: 'approve', script: 'newLimits' },
      offlineLimits: { lower: 3, upper: 5 },
    },
    visa(),
  ),
  card(
    {
      name: 'script-block',
      label: 'Visa, application blocked',
      description: 'the issuer declines with a script 71 that blocks the application; at the next tap there is none',
      number: hex('4761739001010465'),
      interface: 'contact',
      issuer: { decision: 'decline', script: 'blockApplication' },
    },
    visa(CRYPTOGRAM_VERSION_10),
  ),
  card(
    {
      name: 'wrong-script',
      label: 'Visa, wrong script',
      description: 'a script whose MAC is wrong: the card refuses it with 6988, and pays',
      number: hex('4761739001010473'),
      interface: 'contact',
      issuer: { decision: 'approve', script: 'wrongMac' },
    },
    visa(),
  ),
  card(
    {
      name: 'offline-limit',
      label: 'Visa with offline limits',
      description:
        'approves twice by itself when it is asked for a TC, then goes online; declines offline from the fourth on',
      number: hex('4761739001010481'),
      interface: 'contact',
      offlineLimits: { lower: 2, upper: 3 },
    },
    visa(),
  ),
  card(
    {
      name: 'expired',
      label: 'Visa, expired',
      description: 'a card of which the date is over, with certificates that are not; the issuer declines: 54',
      number: hex('4761739001010499'),
      expires: hex('241231'),
      issuer: { decision: 'expired' },
    },
    visa(),
  ),
  card(
    {
      name: 'phone-with-CDCVM',
      label: 'Visa in a phone',
      description:
        'contactless; the cardholder was verified on the device (CDCVM), with form factor and token requestor',
      number: hex('4761739001010507'),
      interface: 'contactless',
      verifiesOnDevice: true,
      paymentAccountReference: 'V0010013820210119000000000001',
    },
    visa({ cryptogramVersion: 'VisaCVN22' }),
  ),
];
