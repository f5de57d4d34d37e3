/**
 * What the commands of one application share.
 * Floor: simulator.
 */
import type { CardInterface } from '../card.js';
import type { ApplicationProfile, CardProfile } from './cardProfile.js';
import type { PersonalisedApplication, Shape } from './personalisation.js';
import type { CardRecord } from './recordFiles.js';

/** What lasts longer than a selection. */
export interface ApplicationMemory {
  /** Application transaction counter, 9F36: rises with every GET PROCESSING OPTIONS. */
  atc: number;
  /** Counter of the last transaction that went online, 9F13. */
  lastOnlineAtc: number;
  readonly personalised: Map<Shape, PersonalisedApplication>;
}

export interface ApplicationContext {
  readonly card: CardProfile;
  readonly application: ApplicationProfile;
  readonly usedInterface: CardInterface;
  readonly memory: ApplicationMemory;
  /** Dynamic numbers of the card. */
  readonly random: (length: number) => Uint8Array;
  readonly cryptogramKey: Uint8Array;
  personalise(shape: Shape): PersonalisedApplication;
}

/** The transaction under way: what later commands need of earlier ones. */
export interface Transaction {
  readonly personalised: PersonalisedApplication;
  readonly pdolData: Uint8Array;
  readonly atc: number;
  /** 8 bytes, 9F4C. */
  readonly iccDynamicNumber: Uint8Array;
  /** Records of this transaction only. */
  readonly ownRecords: readonly CardRecord[];
}
