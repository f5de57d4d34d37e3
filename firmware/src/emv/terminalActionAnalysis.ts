/**
 * Terminal action analysis: what the reader asks of the card, from the TVR and the action codes of issuer and acquirer.
 * Source: EMV 4.4 Book 3 §10.7.   Floor: emv.
 */
import {
  TAG_9F0D_ISSUER_ACTION_CODE_DEFAULT,
  TAG_9F0E_ISSUER_ACTION_CODE_DENIAL,
  TAG_9F0F_ISSUER_ACTION_CODE_ONLINE,
} from '@comptoir/protocol';
import type { DataStore } from './data/dataStore.js';
import type { ActionCodes } from './data/terminalParameters.js';
import { isOfflineOnly } from './data/terminalType.js';

/** What GENERATE AC asks for. */
export type AskedCryptogram = 'AAC' | 'TC' | 'ARQC';

/** @param type terminal type, as the decimal number that it is */
export function terminalActionAnalysis(
  tvr: Uint8Array,
  type: number,
  terminal: ActionCodes,
  issuer: ActionCodes,
): AskedCryptogram {
  if (meets(tvr, terminal.denial, issuer.denial)) return 'AAC';
  if (isOfflineOnly(type)) return actionByDefault(tvr, terminal, issuer);
  return meets(tvr, terminal.online, issuer.online) ? 'ARQC' : 'TC';
}

/** What is asked when the acquirer can't be. */
export function actionByDefault(tvr: Uint8Array, terminal: ActionCodes, issuer: ActionCodes): 'AAC' | 'TC' {
  return meets(tvr, terminal.byDefault, issuer.byDefault) ? 'AAC' : 'TC';
}

/** Issuer action codes. A card without them denies nothing, and wants to go online for everything. @see EMV 4.4 Book 3 §10.7 */
export function issuerActionCodes(store: DataStore): ActionCodes {
  return {
    denial: store.valueOf(TAG_9F0E_ISSUER_ACTION_CODE_DENIAL),
    online: store.get(TAG_9F0F_ISSUER_ACTION_CODE_ONLINE) ?? ALL,
    byDefault: store.get(TAG_9F0D_ISSUER_ACTION_CODE_DEFAULT) ?? ALL,
  };
}

const ALL: Uint8Array = new Uint8Array(5).fill(0xff);

/** True when a bit of the TVR is set in one of the two. */
function meets(tvr: Uint8Array, terminal: Uint8Array, issuer: Uint8Array): boolean {
  return tvr.some((bits, at) => (bits & ((terminal[at] ?? 0) | (issuer[at] ?? 0))) !== 0);
}
