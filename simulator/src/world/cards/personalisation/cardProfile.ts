/**
 * What makes one software card different from another. The catalogue is a list of these.
 * Floor: simulator world.
 */

import type { CardInterface } from '../../../machine/card.js';
import type { CryptogramVersion } from '../../banks/emv/cryptogramVersion.js';
import type { IssuerBehaviour } from '../../banks/issuerBehaviour.js';
import type { RsaExponent } from '../../pki/rsaKey.js';
import type { Network } from '../../pki/testPki.js';
import type { MChipFeatures } from './mChipFeatures.js';
import type { RecordLayout } from './recordLayout.js';

/** What is wrong with a card, on purpose. Everything else about it is right. */
export type Flaw =
  /** One byte of the issuer certificate is changed. */
  | 'issuerCertificate'
  /** The ICC certificate names another card number. */
  | 'otherCardNumber'
  /** The signature of the issuer is not over the records that the card gives. */
  | 'staticData'
  /** One byte of each signature that the card makes is changed. */
  | 'dynamicSignature'
  /** The card signs another amount (DDA: another number) than the terminal sent. */
  | 'otherAmount'
  /** The certificates expired in December 2020. */
  | 'expiredCertificates'
  /** The issuer certificate is signed by an authority that no terminal knows. */
  | 'unknownAuthority';

export interface KeySize {
  /** Of the modulus, 512..1984, a multiple of 16. */
  readonly bits: number;
  readonly exponent: RsaExponent;
}

/** How many transactions in a row a card approves by itself. */
export interface OfflineLimits {
  /** From here on it asks to go online. 0..255. */
  readonly lower: number;
  /** From here on it declines when nobody answers. 0..255. */
  readonly upper: number;
}

/** How a card of T=0 gives its data. */
export interface T0Habits {
  /** Most that it gives at once, 1..256: the rest waits behind another 61xx. */
  readonly pieceBytes: number;
  /** `length`: 61xx tells how much waits. `unknown`: 6100, and whoever asks for 256 is corrected. */
  readonly announces: 'length' | 'unknown';
  /** A wrong Le is answered with 6Cxx; else the card gives what it has. */
  readonly correctsLength: boolean;
}

/** An object of the issuer's own, which a terminal passes over. */
export interface ProprietaryObject {
  /** `fci`: in the issuer's part of the answer to SELECT. `directory`: in the entry. `record`, `answer` (of format 2): beside the others. */
  readonly in: 'fci' | 'directory' | 'record' | 'answer';
  readonly tag: number;
  readonly value: Uint8Array;
}

export interface ApplicationProfile {
  readonly network: Network;
  /** 5..16 bytes. */
  readonly aid: Uint8Array;
  readonly label: string;
  /** 1..15, 1 first. */
  readonly priority: number;
  /** Which contactless book the application follows: 2 M/Chip, 3 qVSDC. */
  readonly kernel: 2 | 3;
  /** True: the directory entry says the kernel (9F2A), for networks whose RID doesn't. */
  readonly namesKernel: boolean;
  /** CA public key index. */
  readonly authority: number;
  readonly issuerKey: KeySize;
  readonly iccKey: KeySize;
  /** What the contact application can do; contactless ones do CDA or fDDA unless this is `none`. */
  readonly authentication: 'none' | 'SDA' | 'DDA' | 'CDA';
  /** Of GET PROCESSING OPTIONS, INTERNAL AUTHENTICATE and GENERATE AC on contact. */
  readonly responseFormat: 1 | 2;
  /** Contact: the application asks for terminal data before it starts (PDOL). */
  readonly asksBeforeStart: boolean;
  /** How the application makes its cryptograms. */
  readonly cryptogramVersion: CryptogramVersion;
  /** How the issuer proves itself to the contact application. */
  readonly issuerAuthentication: 'externalAuthenticate' | 'secondGenerateAc' | 'none';
  /** M/Chip: what the application does beside. */
  readonly mChip?: MChipFeatures;
  /** qVSDC: whether the card authentication related data (9F69) come with the answer or in a record of their own. */
  readonly relatedDataIn: 'answer' | 'record';
  readonly layout: RecordLayout;
  /** Tags that the card does not have, wherever they would be. */
  readonly omits: readonly number[];
  readonly proprietary: readonly ProprietaryObject[];
  /** ISO 3166 and ISO 4217 numbers, 2 bytes BCD each. */
  readonly country: Uint8Array;
  readonly currency: Uint8Array;
}

export interface CardProfile {
  /** What the catalogue calls the card. */
  readonly name: string;
  /** What is printed on it. */
  readonly label: string;
  /** One line. */
  readonly description: string;
  readonly interface: CardInterface | 'both';
  /** As tag 5A holds it: BCD, an odd number of digits padded with F. */
  readonly number: Uint8Array;
  /** PAN sequence number, 0..99; undefined: the card has none. */
  readonly sequenceNumber: number | undefined;
  /** Contact, up to 26 characters; undefined: the card has none. */
  readonly cardholderName: string | undefined;
  /** Leading digits of the number that name the issuer in its certificate, 3..8. */
  readonly issuerDigits: number;
  /** In the order of the directory. */
  readonly applications: readonly ApplicationProfile[];
  /** PAR, 29 characters A-Z and 0-9. */
  readonly paymentAccountReference: string | undefined;
  readonly flaw: Flaw | undefined;
  /** The card answers AAC whatever the terminal asks. */
  readonly declinesOffline: boolean;
  /** How the issuer decides. */
  readonly issuer: IssuerBehaviour;
  /** YYMMDD, 3 bytes BCD. */
  readonly expires: Uint8Array;
  readonly offlineLimits: OfflineLimits | undefined;
  /** The cardholder proves themselves to the device that the card is in, such as a phone (CDCVM). */
  readonly verifiesOnDevice: boolean;
  /** Contact: the card answers as over T=0, with 61xx and 6Cxx; undefined: it does not. */
  readonly t0: T0Habits | undefined;
}
