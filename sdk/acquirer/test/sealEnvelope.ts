import { createCipheriv, createHash } from 'node:crypto';
import {
  deriveInitialKey,
  deriveTransactionKey,
  deriveWorkingKey,
  KEY_USAGE,
  parseIndexToken,
} from '@comptoir/acquirer';
import {
  concatBytes,
  encodeTlv,
  latin1ToBytes,
  type Message,
  NO_BYTES,
  unsignedToBcd,
  unsignedToBytes,
} from '@comptoir/protocol';
import { cmac } from '@noble/ciphers/aes.js';

/** What a reader does to seal a transaction, written down once more from docs/reference/tokens.md. */
export interface Sealed {
  readonly envelope: Uint8Array;
  readonly authorise: Message<'authorise'>;
}

export const BDK: Uint8Array = Uint8Array.from({ length: 32 }, (_, i) => i);
export const KSN: Uint8Array = Uint8Array.of(0x43, 0x4d, 0x50, 0x54, 0, 0, 0, 1, 0, 0, 0, 1);
/** A test number of card schemes. */
export const TRACK_2: Uint8Array = Uint8Array.of(
  0x47,
  0x61,
  0x73,
  0x90,
  0x01,
  0x01,
  0x01,
  0x19,
  0xd3,
  0x01,
  0x22,
  0x01,
  0x00,
  0x00,
  0x0f,
);
const AC = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const CID = Uint8Array.of(0x80);
const CARD_DATA = encodeTlv(
  { tag: 0x57, value: TRACK_2 },
  { tag: 0x5f24, value: Uint8Array.of(0x30, 0x01, 0x31) },
  { tag: 0x5f34, value: Uint8Array.of(1) },
  { tag: 0x9f26, value: AC },
  { tag: 0x9f27, value: CID },
);
const UNPREDICTABLE = Uint8Array.of(1, 2, 3, 4);
const ATC = Uint8Array.of(0, 7);
const EMV_DATA = encodeTlv(
  { tag: 0x9f26, value: AC },
  { tag: 0x9f27, value: CID },
  { tag: 0x9f36, value: ATC },
  { tag: 0x9f37, value: UNPREDICTABLE },
);

const TRANSACTION = {
  model: 'comptoir-dev',
  serial: 'S-0001',
  merchantIdentifier: 'COMPTOIR',
  terminalIdentification: 'TILL0001',
  amount: 1250,
  currency: 978,
} as const;

export function seal(indexToken?: string, cardData: Uint8Array = CARD_DATA): Sealed {
  const transactionKey = deriveTransactionKey(deriveInitialKey(BDK, KSN.subarray(0, 8)), KSN);
  const macKey = deriveWorkingKey(transactionKey, KEY_USAGE.macGenerate, KSN, 32);
  const dataKey = deriveWorkingKey(transactionKey, KEY_USAGE.dataEncrypt, KSN, 32);
  const { model, serial, merchantIdentifier, terminalIdentification, amount, currency } = TRANSACTION;
  const where = concatBytes(
    latin1ToBytes(merchantIdentifier.padEnd(15)),
    latin1ToBytes(terminalIdentification.padEnd(8)),
  );
  const what = concatBytes(unsignedToBcd(amount, 6), unsignedToBcd(currency, 2), UNPREDICTABLE, ATC);
  const names = concatBytes(latin1ToBytes(model.padEnd(24, '\0')), latin1ToBytes(serial.padEnd(16, '\0')));
  const associated = concatBytes(Uint8Array.of(1), names, where, what, sha256(EMV_DATA));

  const iv = new Uint8Array(16).fill(0x5a);
  const padding = new Uint8Array(16 - (cardData.length % 16));
  padding[0] = 0x80;
  const cipher = createCipheriv('aes-256-cbc', dataKey, iv).setAutoPadding(false);
  const text = concatBytes(cipher.update(concatBytes(cardData, padding)), cipher.final());
  const covered = concatBytes(KSN, unsignedToBytes(associated.length, 2), associated, iv, text);
  const envelope = concatBytes(covered, cmac(covered, macKey));

  const parsed = indexToken === undefined ? undefined : parseIndexToken(indexToken);
  const index = parsed?.ok
    ? concatBytes(Uint8Array.of(parsed.indexToken.version), parsed.indexToken.token)
    : new Uint8Array(17);
  const transactionToken = cmac(
    concatBytes(latin1ToBytes('txn\0'), KSN, where, what, AC, CID, index, sha256(envelope)),
    macKey,
  );
  return {
    envelope,
    authorise: {
      kind: 'authorise',
      key: 'o-17-1',
      ...TRANSACTION,
      label: 'VISA',
      applicationIdentifier: NO_BYTES,
      maskedNumber: '476173******0119',
      usedInterface: 2,
      authenticationMethod: 'fDDA',
      authenticationResult: 'ok',
      emvData: EMV_DATA,
      envelope,
      transactionToken,
      ...(indexToken === undefined ? { tokenReason: 'not-authenticated' } : { indexToken }),
    },
  };
}

function sha256(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(bytes).digest());
}
