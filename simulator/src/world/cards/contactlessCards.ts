/**
 * Cards whose contactless side does more than pay: relay resistance, recovery, verification on the device.
 * Floor: simulator world.
 */
import { hex, mastercard, ORDINARY_CARD } from './applicationProfiles.js';
import type { ApplicationProfile, CardProfile } from './personalisation/cardProfile.js';

type Own = Pick<CardProfile, 'name' | 'label' | 'description' | 'number'> & Partial<CardProfile>;

function card(own: Own, ...applications: readonly ApplicationProfile[]): CardProfile {
  return { ...ORDINARY_CARD, interface: 'contactless', applications, ...own };
}

export const contactlessCards: readonly CardProfile[] = [
  card(
    {
      name: 'relay-resistant',
      label: 'Mastercard, times itself',
      description: 'contactless; takes part in relay resistance, and signs what was exchanged',
      number: hex('5413330089601232'),
    },
    mastercard({ mChip: { relayTimes: { least: 10, most: 60, onAir: 24 } } }),
  ),
  card(
    {
      name: 'recoverable',
      label: 'Mastercard, tells it again',
      description: 'contactless; a card that left before its cryptogram was heard tells it again (RECOVER AC)',
      number: hex('5413330089601240'),
    },
    mastercard({ mChip: { recovers: true } }),
  ),
  card(
    {
      name: 'phone-mastercard',
      label: 'Mastercard in a phone',
      description: 'contactless; the cardholder was verified on the device, which kernel 2 learns from the AIP',
      number: hex('5413330089601257'),
      verifiesOnDevice: true,
      paymentAccountReference: '50010013820210340000000000002',
    },
    mastercard({ mChip: { relayTimes: { least: 10, most: 60, onAir: 24 }, recovers: true } }),
  ),
  card(
    {
      name: 'locked-phone',
      label: 'Mastercard in a locked phone',
      description: 'contactless; the phone wants something of its owner first, at every tap',
      number: hex('5413330089601265'),
    },
    mastercard({ mChip: { wantsInteraction: true } }),
  ),
];
