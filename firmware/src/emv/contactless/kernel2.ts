/**
 * Kernel 2 (Mastercard), EMV mode: relay resistance, records, CDA, the reader's own decisions, first GENERATE AC.
 * Source: EMV Contactless Book C-2; its section numbers are not verified.   Floor: emv.
 */
import {
  PROMPT,
  TAG_5A_APPLICATION_PAN,
  TAG_5F24_APPLICATION_EXPIRATION_DATE,
  TAG_8C_CDOL1,
  TAG_9F02_AMOUNT_AUTHORISED,
  TAG_9F33_TERMINAL_CAPABILITIES,
  TAG_9F34_CVM_RESULTS,
  TAG_9F35_TERMINAL_TYPE,
  TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS,
  TAG_82_APPLICATION_INTERCHANGE_PROFILE,
  TAG_95_TERMINAL_VERIFICATION_RESULTS,
  TAG_DF4B_POS_CARDHOLDER_INTERACTION_INFORMATION,
  unsignedFromBcd,
} from '@comptoir/protocol';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import type { FileControlInformation } from '../applicationSelection/fileControlInformation.js';
import { cardholderVerification } from '../cardholderVerification.js';
import { prepareCda } from '../cardKeys.js';
import { outcomeOfCryptogram } from '../concludeWithCryptogram.js';
import { AIP, cardSupports, supportsRelayResistance } from '../data/applicationInterchangeProfile.js';
import type { DataStore } from '../data/dataStore.js';
import type { TerminalParameters } from '../data/terminalParameters.js';
import { setTvr, TVR } from '../data/terminalStatus.js';
import { processingRestrictions } from '../processingRestrictions.js';
import { readCard } from '../readCard.js';
import { type AskedCryptogram, issuerActionCodes, terminalActionAnalysis } from '../terminalActionAnalysis.js';
import {
  type CardOutcome,
  ended,
  NOT_AUTHENTICATED,
  type OfflineAuthentication,
  type ReadApplication,
  type TransactionContext,
} from '../transaction.js';
import { isSetIn, TTQ } from './preProcessing.js';
import { recoverableCryptogram } from './recoverableCryptogram.js';
import { relayResistance } from './relayResistance.js';

const MANDATORY = [TAG_5F24_APPLICATION_EXPIRATION_DATE, TAG_5A_APPLICATION_PAN, TAG_8C_CDOL1];

/** Byte 2 of 9F33: below the limit nobody is verified, from the limit on a signature is all that a reader without PIN has. */
const CAPABILITY = { signature: 0x20, noCvm: 0x08 } as const;
/** 9F34 of a holder that the device verified, below the limit and from it on. */
const VERIFIED_ON_DEVICE = {
  notRequired: Uint8Array.of(0x3f, 0x00, 0x02),
  required: Uint8Array.of(0x01, 0x00, 0x02),
} as const;
/** Bytes 2 and 3 of DF4B: the holder has to do something on the device. */
const INTERACTION_MASKS = [0x03, 0x0f] as const;

/** @returns undefined when the next combination is to be tried @see C-2, states 3 to 9 */
export function* kernel2(
  context: TransactionContext,
  selected: FileControlInformation,
  label: Uint8Array,
  parameters: TerminalParameters,
): Kernel<CardOutcome | undefined> {
  const { terminal } = context;
  const isRequired = isSetIn(ownOf(context, TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS), TTQ.verificationRequired);
  terminal.set(TAG_9F33_TERMINAL_CAPABILITIES, capabilitiesFor(context.capabilities, isRequired));
  let relay: Uint8Array | undefined;
  const read = yield* readCard(context, selected, MANDATORY, function* (store) {
    const profile = store.valueOf(TAG_82_APPLICATION_INTERCHANGE_PROFILE);
    if (!supportsRelayResistance(profile)) {
      setTvr(terminal, TVR.relayResistanceNotPerformed);
      return undefined;
    }
    const result = yield* relayResistance(context);
    if (result.kind === 'cardError') return result.reason;
    relay = result.exchanged;
    return undefined;
  });
  if (read.kind === 'tryNextApplication') return undefined;
  // @see C-2 §6.5.3, S3.8 and S3.9.2: whatever GET PROCESSING OPTIONS is refused with
  if (read.kind === 'ended') return read.sw === undefined || read.sw === SW.success ? read.outcome : undefined;
  const { application, pdolData } = read;
  const { store } = application;
  const offline = authenticateOffline(context, application);
  const asked = decide(context, store, parameters, isRequired);
  if (asked === undefined) return ended('cardError', 'CVM_LIST_INVALID');
  const request = { asked, list: store.get(TAG_8C_CDOL1), earlier: pdolData, cardKey: offline.cardKey, relay };
  const answer = yield* recoverableCryptogram(context, application, request);
  if (answer.kind === 'ok' && answer.cryptogram === 'AAC' && wantsInteraction(store))
    return { kind: 'again', reason: 'SEE_PHONE', prompt: PROMPT.seePhone };
  return outcomeOfCryptogram(context, application, label, offline, asked, answer);
}

function ownOf({ terminal }: TransactionContext, tag: number): Uint8Array {
  return terminal.get(tag) as Uint8Array;
}

/** @see C-2, CVM capability, CVM required and not required */
function capabilitiesFor(configured: Uint8Array, isRequired: boolean): Uint8Array {
  const made = configured.slice();
  made[1] = (configured[1] ?? 0) & (isRequired ? CAPABILITY.signature : CAPABILITY.noCvm);
  return made;
}

function authenticateOffline(context: TransactionContext, application: ReadApplication): OfflineAuthentication {
  const profile = application.store.valueOf(TAG_82_APPLICATION_INTERCHANGE_PROFILE);
  if (cardSupports(profile, AIP.cda)) return prepareCda(context, application);
  setTvr(context.terminal, TVR.offlineDataAuthenticationNotPerformed);
  return { authentication: NOT_AUTHENTICATED, cardKey: undefined };
}

/**
 * Restrictions, cardholder verification, floor limit, action analysis: what is asked of the card.
 * @param isRequired the amount wants the holder verified
 * @returns undefined for a card in error
 */
function decide(
  context: TransactionContext,
  store: DataStore,
  parameters: TerminalParameters,
  isRequired: boolean,
): AskedCryptogram | undefined {
  const { terminal } = context;
  processingRestrictions(terminal, store);
  if (!verifyCardholder(context, store, isRequired)) return undefined;
  const amount = unsignedFromBcd(ownOf(context, TAG_9F02_AMOUNT_AUTHORISED)) ?? 0;
  if (amount >= parameters.floorLimit) setTvr(terminal, TVR.floorLimitExceeded);
  const tvr = ownOf(context, TAG_95_TERMINAL_VERIFICATION_RESULTS);
  const type = unsignedFromBcd(ownOf(context, TAG_9F35_TERMINAL_TYPE)) ?? 0;
  return terminalActionAnalysis(tvr, type, parameters.actionCodes, issuerActionCodes(store));
}

/** On the device where card and reader do that, else by the card's list. @returns false when the list is none */
function verifyCardholder(context: TransactionContext, store: DataStore, isRequired: boolean): boolean {
  const { terminal } = context;
  const profile = store.valueOf(TAG_82_APPLICATION_INTERCHANGE_PROFILE);
  const qualifiers = ownOf(context, TAG_9F66_TERMINAL_TRANSACTION_QUALIFIERS);
  if (!cardSupports(profile, AIP.onDeviceVerification) || !isSetIn(qualifiers, TTQ.onDeviceVerification))
    return cardholderVerification(terminal, store);
  terminal.set(TAG_9F34_CVM_RESULTS, VERIFIED_ON_DEVICE[isRequired ? 'required' : 'notRequired']);
  return true;
}

/** @see C-2 Annex A, POS cardholder interaction information: byte 2 wants the holder verified, byte 3 a PIN, a touch or a change of PIN */
function wantsInteraction(store: DataStore): boolean {
  const information = store.valueOf(TAG_DF4B_POS_CARDHOLDER_INTERACTION_INFORMATION);
  return INTERACTION_MASKS.some((mask, at) => ((information[at + 1] ?? 0) & mask) !== 0);
}
