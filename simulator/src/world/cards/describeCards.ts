/**
 * What there is to know about each card of the catalogue without its number: for `card list` and the documentation.
 * Floor: simulator world.
 */
import { toHex } from '@comptoir/protocol';
import type { CardInterface } from '../../machine/card.js';
import { cardProfiles } from './cardProfiles.js';
import { DYNAMIC_CARD } from './dynamic/dynamicProfiles.js';
import type { ApplicationProfile, CardProfile } from './personalisation/cardProfile.js';
import { nibbles } from './personalisation/recordObjects.js';

/** Methods of offline data authentication that a good reader ends up with. */
export type AuthenticationMethod = 'none' | 'SDA' | 'DDA' | 'CDA' | 'fDDA';

export interface ApplicationDescription {
  /** AID, hex. */
  readonly aid: string;
  readonly label: string;
  readonly priority: number;
  /** Contactless kernel, 2 or 3. */
  readonly kernel: number;
  /** Version of its cryptograms: of a scheme, or C1, which is AES and ours. */
  readonly cryptogram: string;
  readonly authentication: { readonly [I in CardInterface]?: AuthenticationMethod };
}

export interface CardDescription {
  readonly name: string;
  readonly label: string;
  readonly interfaces: readonly CardInterface[];
  readonly description: string;
  /** First six and last four digits, `*` between. */
  readonly maskedNumber: string;
  readonly applications: readonly ApplicationDescription[];
  /** What is wrong with the card on purpose, or null. */
  readonly flaw: string | null;
}

/** In the order of `cardNames`. */
export function describeCards(): readonly CardDescription[] {
  return cardProfiles.map((profile) => {
    const interfaces: readonly CardInterface[] =
      profile.interface === 'both' ? ['contact', 'contactless'] : [profile.interface];
    return {
      name: profile.name,
      label: profile.label,
      interfaces,
      description: profile.description,
      maskedNumber: maskedNumber(profile),
      applications: profile.applications.map((application) => ({
        aid: toHex(application.aid),
        label: application.label,
        priority: application.priority,
        kernel: application.kernel,
        cryptogram: profile === DYNAMIC_CARD ? 'C1' : application.cryptogramVersion,
        authentication: Object.fromEntries(interfaces.map((on) => [on, methodOn(application, on)])),
      })),
      flaw: profile.flaw ?? null,
    };
  });
}

function methodOn({ authentication, kernel }: ApplicationProfile, on: CardInterface): AuthenticationMethod {
  if (on === 'contact') return authentication;
  if (authentication === 'none' || authentication === 'SDA') return 'none';
  return kernel === 2 ? 'CDA' : 'fDDA';
}

/** The digits in the middle never become text. */
function maskedNumber({ number }: CardProfile): string {
  const digits = nibbles(number).filter((digit) => digit < 10);
  return digits.map((digit, at) => (at < 6 || at >= digits.length - 4 ? String(digit) : '*')).join('');
}
