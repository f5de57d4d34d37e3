/**
 * The bank behind a card: it verifies the cryptogram, decides by the card, and answers so that the card knows who decided.
 * Of dynamic cards it verifies the AES cryptogram (version C1), and answers with the code alone.
 * Source: EMV 4.4 Book 2 §8, Book 3 §10.9; docs/reference/test-cards.md.   Floor: simulator world.
 * Memory: keys are wiped before the answer leaves; the number is the caller's to wipe.
 */
import * as tlv from '@comptoir/protocol';
import { type Network, RID } from '../pki/testPki.js';
import { isOurCryptogram, verifyCardCryptogram } from './cardCryptogram.js';
import { type CardKeys, cardKeysOf, wipeKeys } from './emv/cardKeys.js';
import {
  applicationCryptogram,
  type CryptogramVersion,
  type FieldOf,
  responseCryptogram,
  rulesOf,
} from './emv/cryptogramVersion.js';
import type { CardIdentity } from './emv/iccMasterKey.js';
import { coveredPart, versionIn } from './emv/issuerApplicationData.js';
import { issuerScript } from './emv/issuerScripts.js';
import type { IssuerBehaviour } from './issuerBehaviour.js';

/** Fields of `complete`. */
export interface BankAnswer {
  /** 8A: 00, 10 in part, 01 call, 05 no, 54 expired. */
  readonly responseCode: string;
  /** Minor units; only in part. */
  readonly approvedAmount?: number;
  /** 91. */
  readonly issuerAuthenticationData?: Uint8Array;
  readonly issuerScripts?: Uint8Array;
}

const CODES: Readonly<Record<IssuerBehaviour['decision'], string>> = {
  approve: '00',
  partial: '10',
  refer: '01',
  decline: '05',
  expired: '54',
};
const DECLINED: BankAnswer = { responseCode: CODES.decline };
/** Card status update: approved, and the counters begin anew. */
const UPDATE_APPROVED = Uint8Array.of(0x00, 0x82, 0x00, 0x00);
const UPDATE_DECLINED = new Uint8Array(4);

/**
 * @param request   verified
 * @param emvData   of its envelope, which gave number and sequence number, too
 * @param behaviour of this card's issuer
 */
export function decideAsBank(
  request: Pick<tlv.Message<'authorise'>, 'usedInterface' | 'amount'>,
  emvData: readonly tlv.DataObject[],
  card: CardIdentity,
  behaviour: IssuerBehaviour,
): BankAnswer {
  const { usedInterface, amount } = request;
  const field: FieldOf = (tag) => tlv.findObject(emvData, tag)?.value ?? tlv.NO_BYTES;
  const aid = field(tlv.TAG_84_DEDICATED_FILE_NAME);
  const decided = decision(behaviour, amount);
  if (isOurCryptogram(emvData)) {
    const on = usedInterface === tlv.INTERFACE.contact ? 'contact' : 'contactless';
    return verifyCardCryptogram(emvData, card.number, aid, on) ? decided : DECLINED;
  }
  const network = networkOf(aid);
  const version = network && versionIn(network, field(tlv.TAG_9F10_ISSUER_APPLICATION_DATA));
  if (network === undefined || version === undefined) return DECLINED;
  const keys = cardKeysOf(network, version, card);
  const answer = isOfCard(version, keys, field)
    ? { ...decided, ...forCard(version, keys, field, decided, behaviour) }
    : DECLINED;
  wipeKeys(keys);
  return answer;
}

/** Half is rounded up: a partial approval is never of nothing. */
function decision({ decision: name }: IssuerBehaviour, amount: number): BankAnswer {
  const code = { responseCode: CODES[name] };
  return name === 'partial' ? { ...code, approvedAmount: Math.ceil(amount / 2) } : code;
}

function isOfCard(version: CryptogramVersion, { cryptogram }: CardKeys, field: FieldOf): boolean {
  const covered = coveredPart(version, field(tlv.TAG_9F10_ISSUER_APPLICATION_DATA));
  const expected = applicationCryptogram(version, cryptogram, field, covered);
  return tlv.equalBytes(expected, field(tlv.TAG_9F26_APPLICATION_CRYPTOGRAM));
}

const TYPE_MASK = 0xc0;
const ARQC = 0x80;

/** A card that did not ask (a TC that is only told) waits for no answer. */
function forCard(
  version: CryptogramVersion,
  keys: CardKeys,
  field: FieldOf,
  { responseCode }: BankAnswer,
  { hasWrongResponse, script }: IssuerBehaviour,
): Pick<BankAnswer, 'issuerAuthenticationData' | 'issuerScripts'> {
  if (((field(tlv.TAG_9F27_CRYPTOGRAM_INFORMATION_DATA)[0] ?? 0) & TYPE_MASK) !== ARQC) return {};
  const isApproved = responseCode === CODES.approve || responseCode === CODES.partial;
  const update = isApproved ? UPDATE_APPROVED : UPDATE_DECLINED;
  const told = rulesOf(version).responseMethod === 1 ? tlv.latin1ToBytes(responseCode) : update;
  const response = responseCryptogram(version, keys.cryptogram, field, told);
  if (hasWrongResponse === true) response[0] = (response[0] ?? 0) ^ 0x01;
  return {
    issuerAuthenticationData: tlv.concatBytes(response, told),
    ...(script === undefined ? {} : { issuerScripts: issuerScript(script, version, keys, field) }),
  };
}

function networkOf(aid: Uint8Array): Network | undefined {
  const rid = tlv.toHex(aid.subarray(0, 5));
  const networks: readonly Network[] = ['visa', 'mastercard', 'cartesBancaires', 'interac'];
  return networks.find((network) => RID[network] === rid);
}
