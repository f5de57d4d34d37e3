/**
 * Offline data authentication of a contact card, up to the first GENERATE AC: which method, SDA, DDA, and for CDA the
 * card's key.
 * Source: EMV 4.4 Book 3 §10.3; Book 2 §5.4, §6.5.   Floor: emv.
 */
import {
  CARD_TLV_LIMITS,
  decodeTlv,
  findObject,
  NO_BYTES,
  TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA,
  TAG_9F4C_ICC_DYNAMIC_NUMBER,
  TAG_9F37_UNPREDICTABLE_NUMBER,
  TAG_9F45_DATA_AUTHENTICATION_CODE,
  TAG_9F49_DDOL,
  TAG_77_RESPONSE_FORMAT_2,
  TAG_80_RESPONSE_FORMAT_1,
  TAG_82_APPLICATION_INTERCHANGE_PROFILE,
  TAG_93_SIGNED_STATIC_APPLICATION_DATA,
} from '@comptoir/protocol';
import { internalAuthenticate } from '../../apdu/commandApdu.js';
import { exchange } from '../../apdu/exchange.js';
import type { Kernel } from '../../apdu/kernel.js';
import { SW } from '../../apdu/responseApdu.js';
import { verifyDynamicData } from '../authentication/dynamicSignature.js';
import { verifyStaticData } from '../authentication/staticDataAuthentication.js';
import {
  failedAuthentication,
  prepareCda,
  recoverCardKey,
  recoverIssuerKey,
  staticDataToBeAuthenticated,
} from '../cardKeys.js';
import { AIP, cardSupports } from '../data/applicationInterchangeProfile.js';
import { answerDataObjectList, parseDataObjectList } from '../data/dataObjectList.js';
import { setTsi, setTvr, type TerminalBit, TSI, TVR } from '../data/terminalStatus.js';
import {
  type Authentication,
  NOT_AUTHENTICATED,
  type OfflineAuthentication,
  type ReadApplication,
  type TransactionContext,
} from '../transaction.js';

const UNPREDICTABLE_NUMBER_BYTES = 4;

/** The default when the card has no DDOL: the unpredictable number. @see EMV 4.4 Book 2 §6.5.1 */
const DEFAULT_DDOL: Uint8Array = Uint8Array.of(0x9f, 0x37, 0x04);

/** The best method that the card offers; the reader does all three. Sets bits of TVR and TSI. @see EMV 4.4 Book 3 §10.3 */
export function* authenticateOffline(
  context: TransactionContext,
  application: ReadApplication,
): Kernel<OfflineAuthentication> {
  const profile = application.store.valueOf(TAG_82_APPLICATION_INTERCHANGE_PROFILE);
  if (cardSupports(profile, AIP.cda)) return prepareCda(context, application);
  if (cardSupports(profile, AIP.dda)) {
    const authentication = yield* dynamicDataAuthentication(context, application);
    return concluded(context, authentication, TVR.ddaFailed);
  }
  if (cardSupports(profile, AIP.sda)) {
    setTvr(context.terminal, TVR.sdaSelected);
    return concluded(context, staticDataAuthentication(context, application), TVR.sdaFailed);
  }
  setTvr(context.terminal, TVR.offlineDataAuthenticationNotPerformed);
  return { authentication: NOT_AUTHENTICATED, cardKey: undefined };
}

function concluded(
  context: TransactionContext,
  authentication: Authentication,
  bit: TerminalBit,
): OfflineAuthentication {
  if (authentication.result !== 'ok') return failedAuthentication(context, authentication, bit);
  setTsi(context.terminal, TSI.offlineDataAuthenticationPerformed);
  return { authentication, cardKey: undefined };
}

/** @see EMV 4.4 Book 2 §5.4 */
function staticDataAuthentication(context: TransactionContext, application: ReadApplication): Authentication {
  const method = 'SDA';
  const signed = application.store.get(TAG_93_SIGNED_STATIC_APPLICATION_DATA);
  if (signed === undefined) return { method, result: 'ICC_DATA_MISSING' };
  const staticData = staticDataToBeAuthenticated(application);
  if (staticData === undefined) return { method, result: 'RECORD_NOT_SIGNED' };
  const issuer = recoverIssuerKey(context, application);
  if (!issuer.ok) return { method, result: issuer.fault };
  const verified = verifyStaticData(context.secure, issuer.key, signed, staticData);
  if (!verified.ok) return { method, result: verified.fault };
  context.terminal.set(TAG_9F45_DATA_AUTHENTICATION_CODE, verified.dataAuthenticationCode);
  return { method, result: 'ok' };
}

/** @see EMV 4.4 Book 2 §6.5 */
function* dynamicDataAuthentication(context: TransactionContext, application: ReadApplication): Kernel<Authentication> {
  const method = 'DDA';
  const list = application.store.get(TAG_9F49_DDOL) ?? DEFAULT_DDOL;
  const ddol = answerDataObjectList(list, (tag) => context.terminal.get(tag));
  if (!ddol.ok || !holdsUnpredictableNumber(list)) return { method, result: 'ICC_DATA_MISSING' };
  const key = recoverCardKey(context, application);
  if (!key.ok) return { method, result: key.fault };
  const { data, sw } = yield* exchange(internalAuthenticate(ddol.data));
  if (sw !== SW.success) return { method, result: 'SIGNATURE_MISSING' };
  const verified = verifyDynamicData(context.secure, key.key, signedDynamicData(data), ddol.data);
  if (!verified.ok) return { method, result: verified.fault };
  context.terminal.set(TAG_9F4C_ICC_DYNAMIC_NUMBER, verified.iccDynamicNumber);
  return { method, result: 'ok' };
}

/** A DDOL without the whole unpredictable number would let a recorded signature pass. @see EMV 4.4 Book 2 §6.5.1 */
function holdsUnpredictableNumber(list: Uint8Array): boolean {
  const parsed = parseDataObjectList(list);
  return (
    parsed.ok &&
    parsed.entries.some(
      ({ tag, length }) => tag === TAG_9F37_UNPREDICTABLE_NUMBER && length >= UNPREDICTABLE_NUMBER_BYTES,
    )
  );
}

/** Format 1 or 2 of INTERNAL AUTHENTICATE. @see EMV 4.4 Book 3 §6.5.9.4 */
function signedDynamicData(data: Uint8Array): Uint8Array {
  const tlv = decodeTlv(data, CARD_TLV_LIMITS);
  if (!tlv.ok) return NO_BYTES;
  const format1 = findObject(tlv.objects, TAG_80_RESPONSE_FORMAT_1)?.value;
  const format2 = findObject(tlv.objects, TAG_77_RESPONSE_FORMAT_2)?.children ?? [];
  return format1 ?? findObject(format2, TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA)?.value ?? NO_BYTES;
}
