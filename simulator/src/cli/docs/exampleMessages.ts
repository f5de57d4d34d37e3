/**
 * One example of each message, for the reference. The numbers are test numbers; what would be cryptography is a pattern.
 * Floor: simulator cli.
 */

import { developmentReleaseKeys, signImage } from '@comptoir/factory';
import { type Message, type MessageName, OUTCOME } from '@comptoir/protocol';
import { IMAGE_HEADER_BYTES, LOAD_ADDRESS, SIGNED_HEADER_BYTES } from '@comptoir/protocol/image';
import { hex } from '../../world/cards/applicationProfiles.js';

const image: Uint8Array = signImage(
  counting(32_768),
  { slot: 1, model: 1, version: 0x00010001, loadAddress: LOAD_ADDRESS.B },
  developmentReleaseKeys().slice(0, 2),
);

type Examples = { readonly [N in MessageName]: Message<N> };

/** 00 01 02 …: stands for bytes that look random on a real wire. */
function counting(length: number): Uint8Array {
  return new Uint8Array(length).map((_, at) => at);
}

const KEY = 'order-1001';
const AMOUNT = 1250;
const EURO = 978;

const card = {
  label: 'VISA DEBIT',
  applicationIdentifier: hex('A0000000031010'),
  maskedNumber: '476173******0119',
  usedInterface: 2,
  authenticationMethod: 'fDDA',
  authenticationResult: 'ok',
  indexToken: 'ri1008j4ct4ank7f24snaxwsqfezw3t',
} as const;

export const EXAMPLES: Examples = {
  read: { kind: 'read', interfaces: 3, timeoutMs: 30_000, date: hex('261124'), time: hex('120000') },
  pay: {
    kind: 'pay',
    key: KEY,
    paymentSecret: counting(16),
    amount: AMOUNT,
    currency: EURO,
    interfaces: 2,
    timeoutMs: 30_000,
    date: hex('261124'),
    time: hex('120000'),
  },
  choose: { kind: 'choose', key: KEY, instruments: [card] },
  confirm: {
    kind: 'confirm',
    key: KEY,
    label: 'CB',
    applicationIdentifier: hex('A0000000421010'),
    languagePreference: 'fren',
  },
  policy: {
    kind: 'policy',
    region: 'EEA',
    merchantCategory: 5411,
    merchantFlags: 0x00bb,
    couponPolicy: 1,
    combinations: [{ terminalApplicationIdentifier: hex('A0000000421010'), brand: 'CB', kernel: 3 }],
    brandPreference: [{ brand: 'CB' }],
    brandCosts: [{ brand: 'CB', basisPoints: 20, fixedFee: 1 }],
    redeemedSerials: [{ serialNumber: 'A-0001' }],
  },
  basket: {
    kind: 'basket',
    firstLine: 0,
    lines: [
      { quantity: 2, unitAmount: 500, gtin: '4006381333931' },
      { quantity: 1, unitAmount: 250 },
    ],
  },
  accepted: { kind: 'accepted', lineCount: 2 },
  inquire: {
    kind: 'inquire',
    key: KEY,
    keySerialNumber: counting(12),
    transactionToken: counting(16),
    planId: counting(16),
  },
  complete: {
    kind: 'complete',
    key: KEY,
    responseCode: '00',
    authorisationCode: '123456',
    approvedAmount: AMOUNT,
    transactionToken: counting(16),
    answerMac: counting(16),
  },
  decide: { kind: 'decide', key: KEY, responseCode: '00', paymentSecret: counting(16) },
  lookup: { kind: 'lookup', key: KEY, paymentSecret: counting(16) },
  presented: { kind: 'presented', outcome: OUTCOME.read, instruments: [card] },
  authorise: {
    kind: 'authorise',
    key: KEY,
    amount: AMOUNT,
    currency: EURO,
    ...card,
    emvData: hex('82022000950500000000009F3602001A9F2701809F2608A1B2C3D4E5F60718'),
    envelope: counting(204),
    transactionToken: counting(16),
    merchantIdentifier: 'COMPTOIR-DEMO',
    terminalIdentification: 'TILL0001',
    model: 'comptoir-simulated',
    serial: 'SIM00001',
  },
  result: {
    kind: 'result',
    key: KEY,
    outcome: OUTCOME.approved,
    amount: AMOUNT,
    currency: EURO,
    due: 0,
    tenders: [
      {
        profileKind: 1,
        amount: AMOUNT,
        ...card,
        responseCode: '00',
        authorisationCode: '123456',
        transactionSequence: 1,
      },
    ],
    merchantIdentifier: 'COMPTOIR-DEMO',
    terminalIdentification: 'TILL0001',
  },
  neverSeen: { kind: 'neverSeen', key: 'order-1002' },
  seen: { kind: 'seen', key: 'order-1002' },
  info: {
    kind: 'info',
    model: 'comptoir-simulated',
    serial: 'SIM00001',
    firmware: '0.1.0',
    versions: hex('0102'),
    selfTest: 0,
    slotStatus: hex('0000000000000000'),
    objectSequence: 7,
    contentHash: counting(32),
  },
  events: { kind: 'events' },
  eventsTold: {
    kind: 'eventsTold',
    uptimeSeconds: 90,
    eventCount: 2,
    eventList: hex('00000000010000010000000102000001'),
  },
  signedHead: {
    kind: 'signedHead',
    objectKind: 1,
    model: '*',
    serial: 'SIM00001',
    objectSequence: 7,
    contentLength: 2048,
    contentHash: counting(32),
  },
  keyStatus: { kind: 'keyStatus' },
  keyLoad: { kind: 'keyLoad', keyObject: counting(360) },
  decommission: { kind: 'decommission', keyObject: counting(156) },
  keyReport: {
    kind: 'keyReport',
    refusal: 0,
    objectSequence: 7,
    initialKeyId: counting(8),
    indexTokenVersion: 3,
    checkValues: counting(7),
  },
  configurationBegin: { kind: 'configurationBegin', objectHead: counting(156) },
  configurationPiece: { kind: 'configurationPiece', offset: 1024, piece: counting(1024) },
  configurationProgress: {
    kind: 'configurationProgress',
    refusal: 12,
    faultAt: 'certificationAuthorityKeys[2].sha1',
  },
  firmwareBegin: { kind: 'firmwareBegin', signedHeader: image.subarray(0, SIGNED_HEADER_BYTES) },
  firmwareChunk: {
    kind: 'firmwareChunk',
    chunk: 1,
    chunkLength: 4096,
    offset: 3072,
    piece: counting(1024),
  },
  firmwareStatus: { kind: 'firmwareStatus' },
  firmwareFinish: { kind: 'firmwareFinish' },
  firmwareReboot: { kind: 'firmwareReboot' },
  firmwareConfirm: { kind: 'firmwareConfirm' },
  firmwareProgress: {
    kind: 'firmwareProgress',
    refusal: 0,
    runningHeader: image.subarray(0, IMAGE_HEADER_BYTES),
    slotStatus: hex('0000000000000000'),
    writtenChunks: hex('0F01'),
  },
  configuration: {
    kind: 'configuration',
    merchantIdentifier: 'COMPTOIR-DEMO',
    terminalIdentification: 'TILL0001',
    merchantNameAndLocation: 'Comptoir, Lyon',
    terminalCountry: 250,
    terminalType: 22,
    terminalCapabilities: hex('E0A8C8'),
    additionalCapabilities: hex('6000F05001'),
    terminalTransactionQualifiers: hex('24000000'),
    applications: [
      { terminalApplicationIdentifier: hex('A0000000031010'), exactMatch: 0, kernel: 3 },
      { terminalApplicationIdentifier: hex('A0000000041010'), exactMatch: 0, kernel: 2 },
    ],
    currency: EURO,
    languages: 'fren',
    certificationAuthorityKeys: [
      {
        registeredIdentifier: hex('A000000003'),
        keyIndex: 0x92,
        modulus: counting(128),
        exponent: hex('03'),
        sha1: counting(20),
      },
    ],
  },
};
