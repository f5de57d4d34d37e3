/**
 * The messages of the wire: every field with its tag and format, every message with its fields. This table is the
 * specification; docs/reference/protocol.md is printed from it. What each name
 * means to people is in meanings.ts, which never gets into the firmware.
 * Floor: protocol; imports nothing.
 *
 * Formats: `text` printable ASCII and `bytes`, of exactly `size` or at most `max` bytes · `unsigned` big-endian integer of `size` bytes ·
 * `bcd` decimal integer of `size` bytes, EMV format n · `list` a template, repeated, whose fields are those of `of`.
 */
export const FIELDS = {
  // EMV data objects keep their EMV tags.
  applicationIdentifier: { tag: 0x4f, format: 'bytes', max: 16 },
  label: { tag: 0x50, format: 'text', max: 16 },
  currency: { tag: 0x5f2a, format: 'bcd', size: 2 },
  authorisationCode: { tag: 0x89, format: 'text', max: 6 },
  responseCode: { tag: 0x8a, format: 'text', size: 2 },
  issuerAuthenticationData: { tag: 0x91, format: 'bytes', max: 16 },
  date: { tag: 0x9a, format: 'bytes', size: 3 },
  transactionType: { tag: 0x9c, format: 'bcd', size: 1 },
  amount: { tag: 0x9f02, format: 'bcd', size: 6 },
  terminalApplicationIdentifier: { tag: 0x9f06, format: 'bytes', max: 16 },
  merchantIdentifier: { tag: 0x9f16, format: 'text', max: 15 },
  terminalCountry: { tag: 0x9f1a, format: 'bcd', size: 2 },
  terminalIdentification: { tag: 0x9f1c, format: 'text', max: 8 },
  time: { tag: 0x9f21, format: 'bytes', size: 3 },
  paymentAccountReference: { tag: 0x9f24, format: 'text', max: 29 },
  terminalCapabilities: { tag: 0x9f33, format: 'bytes', size: 3 },
  terminalType: { tag: 0x9f35, format: 'bcd', size: 1 },
  additionalCapabilities: { tag: 0x9f40, format: 'bytes', size: 5 },
  merchantNameAndLocation: { tag: 0x9f4e, format: 'text', max: 40 },
  terminalTransactionQualifiers: { tag: 0x9f66, format: 'bytes', size: 4 },
  // Ours.
  key: { tag: 0xdf01, format: 'text', max: 64 },
  interfaces: {
    tag: 0xdf02,
    format: 'unsigned',
    size: 1,
  },
  timeoutMs: {
    tag: 0xdf03,
    format: 'unsigned',
    size: 4,
  },
  outcome: { tag: 0xdf04, format: 'unsigned', size: 1 },
  reason: { tag: 0xdf05, format: 'text', max: 40 },
  usedInterface: {
    tag: 0xdf06,
    format: 'unsigned',
    size: 1,
  },
  maskedNumber: {
    tag: 0xdf07,
    format: 'text',
    max: 19,
  },
  indexToken: {
    tag: 0xdf08,
    format: 'text',
    max: 31,
  },
  tokenReason: { tag: 0xdf09, format: 'text', max: 24 },
  transactionToken: { tag: 0xdf0a, format: 'bytes', size: 16 },
  envelope: { tag: 0xdf0b, format: 'bytes', max: 640 },
  emvData: { tag: 0xdf0c, format: 'bytes', max: 1024 },
  authenticationMethod: {
    tag: 0xdf0d,
    format: 'text',
    max: 4,
  },
  authenticationResult: { tag: 0xdf0e, format: 'text', max: 24 },
  approvedAmount: { tag: 0xdf0f, format: 'bcd', size: 6 },
  model: { tag: 0xdf10, format: 'text', max: 24 },
  serial: { tag: 0xdf11, format: 'text', max: 16 },
  firmware: { tag: 0xdf12, format: 'text', max: 24 },
  versions: { tag: 0xdf13, format: 'bytes', size: 2 },
  selfTest: {
    tag: 0xdf14,
    format: 'unsigned',
    size: 1,
  },
  partial: { tag: 0xdf15, format: 'unsigned', size: 1 },
  exactMatch: {
    tag: 0xdf16,
    format: 'unsigned',
    size: 1,
  },
  kernel: { tag: 0xdf17, format: 'unsigned', size: 1 },
  registeredIdentifier: { tag: 0xdf18, format: 'bytes', size: 5 },
  keyIndex: { tag: 0xdf19, format: 'unsigned', size: 1 },
  modulus: { tag: 0xdf1a, format: 'bytes', max: 248 },
  exponent: { tag: 0xdf1b, format: 'bytes', max: 3 },
  sha1: { tag: 0xdf1c, format: 'bytes', size: 20 },
  transactionSequence: {
    tag: 0xdf1d,
    format: 'unsigned',
    size: 4,
  },
  signedHeader: { tag: 0xdf20, format: 'bytes', size: 512 },
  chunk: { tag: 0xdf21, format: 'unsigned', size: 2 },
  chunkLength: { tag: 0xdf22, format: 'unsigned', size: 2 },
  offset: { tag: 0xdf23, format: 'unsigned', size: 2 },
  piece: { tag: 0xdf24, format: 'bytes', max: 1024 },
  refusal: { tag: 0xdf25, format: 'unsigned', size: 1 },
  runningHeader: { tag: 0xdf26, format: 'bytes', size: 256 },
  slotStatus: { tag: 0xdf27, format: 'bytes', size: 8 },
  writtenChunks: { tag: 0xdf28, format: 'bytes', max: 15 },
  currencyCode: { tag: 0xdf29, format: 'text', size: 3 },
  profileKind: { tag: 0xdf2a, format: 'unsigned', size: 1 },
  saleKey: { tag: 0xdf2b, format: 'bytes', size: 16 },
  asks: { tag: 0xdf2c, format: 'unsigned', size: 1 },
  nonce: { tag: 0xdf2d, format: 'bytes', size: 8 },
  reference: { tag: 0xdf2e, format: 'bytes', size: 8 },
  due: { tag: 0xdf2f, format: 'bcd', size: 6 },
  rejection: { tag: 0xdf30, format: 'unsigned', size: 1 },
  rules: { tag: 0xdf31, format: 'bytes', max: 8 },
  reasonCode: { tag: 0xdf32, format: 'unsigned', size: 1 },
  selectionRecord: { tag: 0xdf33, format: 'bytes', max: 2048 },
  cardUpdated: { tag: 0xdf34, format: 'unsigned', size: 1 },
  lineCount: { tag: 0xdf35, format: 'unsigned', size: 1 },
  quantity: { tag: 0xdf36, format: 'unsigned', size: 3 },
  unitAmount: { tag: 0xdf37, format: 'bcd', size: 6 },
  gtin: { tag: 0xdf38, format: 'text', max: 32 },
  category: { tag: 0xdf39, format: 'text', max: 32 },
  giftCardItem: { tag: 0xdf3a, format: 'unsigned', size: 1 },
  firstLine: { tag: 0xdf3b, format: 'unsigned', size: 1 },
  chosenReference: { tag: 0xdf3c, format: 'bytes', size: 8 },
  brand: { tag: 0xdf3d, format: 'text', max: 12 },
  declinedReferences: { tag: 0xdf3e, format: 'bytes', max: 256 },
  balance: { tag: 0xdf3f, format: 'bcd', size: 6 },
  region: { tag: 0xdf40, format: 'text', max: 3 },
  merchantCategory: { tag: 0xdf41, format: 'bcd', size: 2 },
  merchantFlags: { tag: 0xdf42, format: 'unsigned', size: 2 },
  couponPolicy: { tag: 0xdf43, format: 'unsigned', size: 1 },
  giftCardsMax: { tag: 0xdf44, format: 'unsigned', size: 1 },
  basisPoints: { tag: 0xdf45, format: 'unsigned', size: 2 },
  fixedFee: { tag: 0xdf46, format: 'bcd', size: 6 },
  contactlessLimit: { tag: 0xdf47, format: 'bcd', size: 6 },
  verificationLimit: { tag: 0xdf48, format: 'bcd', size: 6 },
  serialNumber: { tag: 0xdf49, format: 'text', max: 32 },
  lines: { tag: 0xa0, format: 'list', of: 'basketLine' },
  tenders: { tag: 0xa1, format: 'list', of: 'tender' },
  notUsed: { tag: 0xa2, format: 'list', of: 'profileNotUsed' },
  combinations: { tag: 0xa3, format: 'list', of: 'acceptedCombination' },
  brandPreference: { tag: 0xa4, format: 'list', of: 'preferredBrand' },
  brandCosts: { tag: 0xa5, format: 'list', of: 'brandCost' },
  redeemedSerials: { tag: 0xa6, format: 'list', of: 'redeemedSerial' },
  instruments: { tag: 0xe5, format: 'list', of: 'instrument' },
  applications: {
    tag: 0xe6,
    format: 'list',
    of: 'acceptedApplication',
  },
  certificationAuthorityKeys: { tag: 0xe7, format: 'list', of: 'certificationAuthorityKey' },
} as const;

/** Templates inside messages. */
export const TEMPLATES = {
  instrument: {
    required: [
      'label',
      'applicationIdentifier',
      'maskedNumber',
      'usedInterface',
      'authenticationMethod',
      'authenticationResult',
    ],
    optional: ['indexToken', 'tokenReason', 'paymentAccountReference', 'profileKind', 'reference', 'balance'],
  },
  basketLine: { required: ['quantity', 'unitAmount'], optional: ['gtin', 'category', 'giftCardItem'] },
  tender: {
    required: ['profileKind', 'label', 'amount', 'rules'],
    optional: ['reference', 'applicationIdentifier', 'maskedNumber', 'responseCode', 'authorisationCode'],
  },
  profileNotUsed: { required: ['profileKind', 'label', 'reasonCode'], optional: ['reference'] },
  acceptedCombination: {
    required: ['terminalApplicationIdentifier', 'brand'],
    optional: ['exactMatch', 'kernel', 'contactlessLimit', 'verificationLimit'],
  },
  preferredBrand: { required: ['brand'], optional: [] },
  brandCost: { required: ['brand', 'basisPoints', 'fixedFee'], optional: [] },
  redeemedSerial: { required: ['serialNumber'], optional: [] },
  acceptedApplication: { required: ['terminalApplicationIdentifier', 'exactMatch', 'kernel'], optional: [] },
  certificationAuthorityKey: {
    required: ['registeredIdentifier', 'keyIndex', 'modulus', 'exponent', 'sha1'],
    optional: [],
  },
} as const;

/** `since` is the first protocol version that has the message. */
export const MESSAGES = {
  read: {
    tag: 0xe0,
    from: 'host',
    since: 1,
    required: ['interfaces', 'timeoutMs', 'date', 'time'],
    optional: [],
  },
  pay: {
    tag: 0xe1,
    from: 'host',
    since: 1,
    required: ['key', 'amount', 'currency', 'transactionType', 'interfaces', 'timeoutMs', 'date', 'time'],
    optional: ['partial'],
  },
  complete: {
    tag: 0xe2,
    from: 'host',
    since: 1,
    required: ['key', 'responseCode'],
    optional: ['authorisationCode', 'approvedAmount', 'issuerAuthenticationData', 'transactionToken'],
  },
  lookup: { tag: 0xe3, from: 'host', since: 1, required: ['key'], optional: [] },
  policy: {
    tag: 0xe4,
    from: 'host',
    since: 1,
    required: ['region', 'merchantCategory', 'merchantFlags', 'couponPolicy'],
    optional: ['giftCardsMax', 'combinations', 'brandPreference', 'brandCosts', 'redeemedSerials'],
  },
  basket: { tag: 0xee, from: 'host', since: 1, required: ['firstLine', 'lines'], optional: [] },
  checkout: {
    tag: 0xef,
    from: 'host',
    since: 1,
    required: ['key', 'amount', 'currency', 'currencyCode', 'nonce', 'timeoutMs', 'date', 'time'],
    optional: ['chosenReference', 'brand', 'declinedReferences'],
  },
  accepted: { tag: 0xf7, from: 'reader', since: 1, required: ['lineCount'], optional: [] },
  unsettled: { tag: 0xf8, from: 'reader', since: 1, required: ['key', 'saleKey'], optional: [] },
  tenders: {
    tag: 0xf9,
    from: 'reader',
    since: 1,
    required: ['key', 'outcome', 'amount', 'currency', 'due', 'rejection', 'tenders'],
    optional: ['reason', 'saleKey', 'transactionToken', 'cardUpdated', 'notUsed', 'selectionRecord'],
  },
  presented: {
    tag: 0xe8,
    from: 'reader',
    since: 1,
    required: ['outcome'],
    optional: ['reason', 'instruments'],
  },
  authorise: {
    tag: 0xe9,
    from: 'reader',
    since: 1,
    required: [
      'key',
      'amount',
      'currency',
      'label',
      'applicationIdentifier',
      'maskedNumber',
      'usedInterface',
      'authenticationMethod',
      'authenticationResult',
      'emvData',
      'envelope',
      'transactionToken',
      'merchantIdentifier',
      'terminalIdentification',
      'model',
      'serial',
    ],
    optional: [
      'indexToken',
      'tokenReason',
      'paymentAccountReference',
      'partial',
      'transactionSequence',
      'asks',
      'profileKind',
      'saleKey',
    ],
  },
  result: {
    tag: 0xea,
    from: 'reader',
    since: 1,
    required: ['key', 'outcome', 'amount', 'currency'],
    optional: [
      'reason',
      'responseCode',
      'authorisationCode',
      'approvedAmount',
      'label',
      'applicationIdentifier',
      'maskedNumber',
      'usedInterface',
      'authenticationMethod',
      'authenticationResult',
      'emvData',
      'indexToken',
      'tokenReason',
      'paymentAccountReference',
      'merchantIdentifier',
      'terminalIdentification',
      'transactionSequence',
    ],
  },
  neverSeen: {
    tag: 0xeb,
    from: 'reader',
    since: 1,
    required: ['key'],
    optional: [],
  },
  info: {
    tag: 0xec,
    from: 'reader',
    since: 1,
    required: ['model', 'serial', 'firmware', 'versions', 'selfTest'],
    optional: ['slotStatus'],
  },
  configuration: {
    tag: 0xed,
    from: 'stored',
    since: 1,
    required: [
      'merchantIdentifier',
      'terminalIdentification',
      'merchantNameAndLocation',
      'terminalCountry',
      'terminalType',
      'terminalCapabilities',
      'additionalCapabilities',
      'terminalTransactionQualifiers',
      'applications',
      'certificationAuthorityKeys',
    ],
    optional: [],
  },
  firmwareBegin: { tag: 0xf0, from: 'host', since: 1, required: ['signedHeader'], optional: [] },
  firmwareChunk: {
    tag: 0xf1,
    from: 'host',
    since: 1,
    required: ['chunk', 'chunkLength', 'offset', 'piece'],
    optional: [],
  },
  firmwareStatus: { tag: 0xf2, from: 'host', since: 1, required: [], optional: [] },
  firmwareFinish: { tag: 0xf3, from: 'host', since: 1, required: [], optional: [] },
  firmwareReboot: { tag: 0xf4, from: 'host', since: 1, required: [], optional: [] },
  firmwareConfirm: { tag: 0xf5, from: 'host', since: 1, required: [], optional: [] },
  firmwareProgress: {
    tag: 0xf6,
    from: 'reader',
    since: 1,
    required: ['refusal'],
    optional: ['runningHeader', 'slotStatus', 'writtenChunks'],
  },
} as const;

/** What one `firmwareChunk` carries: then it's one frame, and the reader holds little. */
export const PIECE_BYTES_MAX = 1024;

/** What an `authorise` of a checkout asks; without it, money. */
export const ASKS = { authorise: 1, reserve: 2, balance: 3 } as const;

/** Bits of `merchantFlags`. */
export const MERCHANT = {
  takesSplit: 0x0001,
  takesPartialApproval: 0x0002,
  collectsRest: 0x0004,
  takesCoupons: 0x0008,
  takesGiftCards: 0x0010,
  takesLoyalty: 0x0020,
  isLeastCost: 0x0040,
  mayOverride: 0x0080,
  honoursNetworkChoice: 0x0100,
} as const;

/** Values of `couponPolicy`. */
export const COUPONS = { single: 0, perSource: 1, all: 2 } as const;

export const INTERFACE = { contact: 1, contactless: 2, both: 3 } as const;

/** How a transaction ended, as the reader knows it. Frozen like the status bytes. */
export const OUTCOME = {
  approved: 1,
  declined: 2,
  cancelled: 3,
  noCard: 4,
  cardError: 5,
  cardRemoved: 6,
  tryAnotherInterface: 7,
  notAccepted: 8,
  cardBlocked: 9,
  severalCards: 10,
  waitingForAcquirer: 11,
  read: 12,
  partlyApproved: 13,
} as const;

export type OutcomeName = keyof typeof OUTCOME;

/** What a KEEPALIVE asks of the customer. */
export const PROMPT = {
  processing: 1,
  presentCard: 2,
  holdCard: 3,
  removeCard: 4,
  tryAgain: 5,
  presentOneCard: 6,
  insertCard: 7,
} as const;

export type PromptName = keyof typeof PROMPT;

/** A reader that works says so this often, in milliseconds. */
export const KEEPALIVE_INTERVAL_MS = 100;
/** No command waits for a card longer than this, whatever the host asked for. */
export const COMMAND_TIMEOUT_MS_MAX = 60_000;
