/**
 * What the commands of one application share.
 * Floor: simulator world.
 */

import type { CardInterface } from '../../../machine/card.js';
import type { CardKeys } from '../../banks/emv/cardKeys.js';
import type { AnsweredCryptogram, CardVerificationResults } from '../../banks/emv/issuerApplicationData.js';
import type { ApplicationProfile, CardProfile, OfflineLimits } from '../personalisation/cardProfile.js';
import type { Recoverable } from '../personalisation/mChipFeatures.js';
import type { PersonalisedApplication, Shape } from '../personalisation/personalisation.js';
import type { CardRecord } from '../personalisation/recordFiles.js';

/** What lasts longer than a selection. */
export interface ApplicationMemory {
  /** Application transaction counter, 9F36: rises with every GET PROCESSING OPTIONS. */
  atc: number;
  /** Counter of the last transaction of which the issuer is known to have heard, 9F13. */
  lastOnlineAtc: number;
  /** Since then. */
  consecutiveOffline: number;
  /** Undefined: the card asks its issuer, always. */
  limits: OfflineLimits | undefined;
  /** The issuer blocked the application. */
  isBlocked: boolean;
  /** A transaction went online, and nobody came back. */
  isLastIncomplete: boolean;
  /** Since the last cryptogram that went online. */
  scriptCommands: number;
  hasScriptFailed: boolean;
  /** The last answer to GENERATE AC, which may not have been heard. */
  recoverable?: Recoverable | undefined;
  readonly personalised: Map<Shape, PersonalisedApplication>;
}

export interface ApplicationContext {
  readonly card: CardProfile;
  readonly application: ApplicationProfile;
  readonly usedInterface: CardInterface;
  readonly memory: ApplicationMemory;
  /** Dynamic numbers of the card. */
  readonly random: (length: number) => Uint8Array;
  readonly keys: CardKeys;
  /** The issuer takes the whole card back: nothing can be selected any more. */
  readonly blockCard: () => void;
  personalise(shape: Shape): PersonalisedApplication;
}

/** The transaction under way: what later commands need of earlier ones. */
export interface Transaction {
  readonly personalised: PersonalisedApplication;
  readonly pdolData: Uint8Array;
  readonly atc: number;
  /** 8 bytes, 9F4C. */
  readonly iccDynamicNumber: Uint8Array;
  /** Relay resistance, as the card signs it. */
  readonly relay?: Uint8Array;
  /** Records of this transaction only. */
  readonly ownRecords: readonly CardRecord[];
}

export function newMemory({ offlineLimits }: CardProfile): ApplicationMemory {
  return {
    atc: 0,
    lastOnlineAtc: 0,
    consecutiveOffline: 0,
    limits: offlineLimits,
    isBlocked: false,
    isLastIncomplete: false,
    scriptCommands: 0,
    hasScriptFailed: false,
    personalised: new Map(),
  };
}

/** What the card says about itself with a first cryptogram. */
export function resultsOf(memory: ApplicationMemory, first: AnsweredCryptogram): CardVerificationResults {
  const { limits, consecutiveOffline, isLastIncomplete, scriptCommands, hasScriptFailed } = memory;
  return {
    first,
    second: undefined,
    isIssuerWrong: false,
    isLastIncomplete,
    exceedsLimit: limits !== undefined && consecutiveOffline >= limits.lower,
    scriptCommands,
    hasScriptFailed,
  };
}
