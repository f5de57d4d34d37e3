/**
 * Issuer authentication: the card checks that it's its issuer who answered.
 * Source: EMV 4.4 Book 3 §10.9, §6.5.4.   Floor: emv.
 */
import { TAG_82_APPLICATION_INTERCHANGE_PROFILE } from '@comptoir/protocol';
import { externalAuthenticate } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import { AIP, cardSupports } from '../data/applicationInterchangeProfile.js';
import type { DataStore } from '../data/dataStore.js';
import { setTsi, setTvr, TSI, TVR } from '../data/terminalStatus.js';

const DATA_BYTES_MIN = 8;
const DATA_BYTES_MAX = 16;

/**
 * EXTERNAL AUTHENTICATE, for a card that says it wants it; others check tag 91 in the second GENERATE AC. That it failed is a bit of
 * the TVR: the card decides what it means.
 * @param data tag 91, untrusted
 */
export function* authenticateIssuer(
  terminal: ReadonlyMap<number, Uint8Array>,
  store: DataStore,
  data: Uint8Array,
): Kernel<void> {
  const profile = store.valueOf(TAG_82_APPLICATION_INTERCHANGE_PROFILE);
  if (!cardSupports(profile, AIP.issuerAuthentication)) return;
  setTsi(terminal, TSI.issuerAuthenticationPerformed);
  const isSendable = data.length >= DATA_BYTES_MIN && data.length <= DATA_BYTES_MAX;
  const isRight = isSendable && (yield* exchange(externalAuthenticate(data), false)).sw === SW.success;
  if (!isRight) setTvr(terminal, TVR.issuerAuthenticationFailed);
}
