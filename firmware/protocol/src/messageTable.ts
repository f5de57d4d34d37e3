/**
 * The messages of the wire: every field with its tag and format, every message with its fields. This table is the
 * specification; docs/reference/protocol.md is printed from it.
 * Floor: protocol; imports nothing.
 *
 * Formats: `text` printable ASCII · `bytes` as they are · `unsigned` big-endian integer of `size` bytes ·
 * `bcd` decimal integer of `size` bytes, EMV format n · `list` a template, repeated, whose fields are those of `of`.
 */
export const FIELDS = {
  // EMV data objects keep their EMV tags.
  applicationIdentifier: { tag: 0x4f, format: 'bytes', max: 16, about: 'AID of the card application (ADF name)' },
  label: { tag: 0x50, format: 'text', max: 16, about: 'application label, or preferred name' },
  currency: { tag: 0x5f2a, format: 'bcd', size: 2, about: 'transaction currency, ISO 4217 numeric' },
  authorisationCode: { tag: 0x89, format: 'text', max: 6, about: 'authorisation code of the acquirer' },
  responseCode: { tag: 0x8a, format: 'text', max: 2, about: 'authorisation response code: 00 is approved' },
  issuerAuthenticationData: { tag: 0x91, format: 'bytes', max: 16, about: 'issuer authentication data' },
  date: { tag: 0x9a, format: 'bytes', max: 3, about: 'transaction date, YYMMDD as BCD' },
  transactionType: { tag: 0x9c, format: 'bcd', size: 1, about: 'transaction type: 0 is goods and services' },
  amount: { tag: 0x9f02, format: 'bcd', size: 6, about: 'amount, authorised, in minor units' },
  terminalApplicationIdentifier: { tag: 0x9f06, format: 'bytes', max: 16, about: 'AID that the reader accepts' },
  merchantIdentifier: { tag: 0x9f16, format: 'text', max: 15, about: 'merchant identifier' },
  terminalCountry: { tag: 0x9f1a, format: 'bcd', size: 2, about: 'terminal country, ISO 3166 numeric' },
  terminalIdentification: { tag: 0x9f1c, format: 'text', max: 8, about: 'terminal identification' },
  time: { tag: 0x9f21, format: 'bytes', max: 3, about: 'transaction time, HHMMSS as BCD' },
  paymentAccountReference: { tag: 0x9f24, format: 'text', max: 29, about: 'PAR, as the card gave it' },
  terminalCapabilities: { tag: 0x9f33, format: 'bytes', max: 3, about: 'terminal capabilities' },
  terminalType: { tag: 0x9f35, format: 'bcd', size: 1, about: 'terminal type' },
  additionalCapabilities: { tag: 0x9f40, format: 'bytes', max: 5, about: 'additional terminal capabilities' },
  merchantNameAndLocation: { tag: 0x9f4e, format: 'text', max: 40, about: 'merchant name and location' },
  terminalTransactionQualifiers: { tag: 0x9f66, format: 'bytes', max: 4, about: 'TTQ' },
  // Ours.
  key: { tag: 0xdf01, format: 'text', max: 64, about: 'idempotency key: the caller makes it and keeps it' },
  interfaces: {
    tag: 0xdf02,
    format: 'unsigned',
    size: 1,
    about: 'where a card may be presented: 1 contact, 2 contactless, 3 both',
  },
  timeoutMs: {
    tag: 0xdf03,
    format: 'unsigned',
    size: 4,
    about: 'how long to wait for a card, in milliseconds, at most 60,000',
  },
  outcome: { tag: 0xdf04, format: 'unsigned', size: 1, about: 'how the transaction ended, see the table of outcomes' },
  reason: { tag: 0xdf05, format: 'text', max: 40, about: 'why, as a code' },
  usedInterface: {
    tag: 0xdf06,
    format: 'unsigned',
    size: 1,
    about: 'where the card was read: 1 contact, 2 contactless',
  },
  maskedNumber: {
    tag: 0xdf07,
    format: 'text',
    max: 19,
    about: 'first six and last four digits, `*` between; last four only below 13 digits',
  },
  indexToken: {
    tag: 0xdf08,
    format: 'text',
    max: 31,
    about: 'merchant-scoped index token; absent when `tokenReason` is there',
  },
  tokenReason: { tag: 0xdf09, format: 'text', max: 24, about: 'why there is no index token' },
  transactionToken: { tag: 0xdf0a, format: 'bytes', max: 16, about: 'MAC that binds this transaction together' },
  envelope: { tag: 0xdf0b, format: 'bytes', max: 640, about: 'encrypted card data for the acquirer' },
  emvData: { tag: 0xdf0c, format: 'bytes', max: 1024, about: 'EMV data objects that show no card number, as BER-TLV' },
  authenticationMethod: {
    tag: 0xdf0d,
    format: 'text',
    max: 4,
    about: 'offline data authentication: none, SDA, DDA, CDA or fDDA',
  },
  authenticationResult: { tag: 0xdf0e, format: 'text', max: 24, about: 'ok, none, or the reason for which it failed' },
  approvedAmount: { tag: 0xdf0f, format: 'bcd', size: 6, about: 'amount that the acquirer approved, in minor units' },
  model: { tag: 0xdf10, format: 'text', max: 24, about: 'model of the reader' },
  serial: { tag: 0xdf11, format: 'text', max: 16, about: 'serial number of the reader' },
  firmware: { tag: 0xdf12, format: 'text', max: 24, about: 'version of the firmware' },
  versions: { tag: 0xdf13, format: 'bytes', max: 2, about: 'lowest and highest protocol version' },
  selfTest: {
    tag: 0xdf14,
    format: 'unsigned',
    size: 1,
    about: '0 all self-tests passed, else the number of the first that failed',
  },
  partial: { tag: 0xdf15, format: 'unsigned', size: 1, about: '1: less than the amount may be approved' },
  exactMatch: {
    tag: 0xdf16,
    format: 'unsigned',
    size: 1,
    about: '1: the AID must match whole, 0: its beginning is enough',
  },
  kernel: { tag: 0xdf17, format: 'unsigned', size: 1, about: 'contactless kernel, 0: contact only' },
  registeredIdentifier: { tag: 0xdf18, format: 'bytes', max: 5, about: 'RID' },
  keyIndex: { tag: 0xdf19, format: 'unsigned', size: 1, about: 'CA public key index' },
  modulus: { tag: 0xdf1a, format: 'bytes', max: 248, about: 'CA public key modulus' },
  exponent: { tag: 0xdf1b, format: 'bytes', max: 3, about: 'CA public key exponent' },
  sha1: { tag: 0xdf1c, format: 'bytes', max: 20, about: 'SHA-1 over RID, index, modulus and exponent' },
  transactionSequence: {
    tag: 0xdf1d,
    format: 'unsigned',
    size: 4,
    about: 'number of the transaction since the reader started',
  },
  instruments: { tag: 0xe5, format: 'list', of: 'instrument', about: 'what one tap showed' },
  applications: {
    tag: 0xe6,
    format: 'list',
    of: 'acceptedApplication',
    about: 'applications that the reader accepts, in order',
  },
  certificationAuthorityKeys: { tag: 0xe7, format: 'list', of: 'certificationAuthorityKey', about: 'CA public keys' },
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
    optional: ['indexToken', 'tokenReason', 'paymentAccountReference'],
  },
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
    about: 'read a card without charging it',
    required: ['interfaces', 'timeoutMs', 'date', 'time'],
    optional: [],
  },
  pay: {
    tag: 0xe1,
    from: 'host',
    since: 1,
    about: 'start a payment; the same key again continues or repeats it, without a second tap',
    required: ['key', 'amount', 'currency', 'transactionType', 'interfaces', 'timeoutMs', 'date', 'time'],
    optional: ['partial'],
  },
  complete: {
    tag: 0xe2,
    from: 'host',
    since: 1,
    about: 'what the acquirer answered to `authorise`',
    required: ['key', 'responseCode'],
    optional: ['authorisationCode', 'approvedAmount', 'issuerAuthenticationData'],
  },
  lookup: { tag: 0xe3, from: 'host', since: 1, about: 'ask for the result of a key', required: ['key'], optional: [] },
  presented: {
    tag: 0xe8,
    from: 'reader',
    since: 1,
    about: 'answers `read`',
    required: ['outcome'],
    optional: ['reason', 'instruments'],
  },
  authorise: {
    tag: 0xe9,
    from: 'reader',
    since: 1,
    about: 'answers `pay` when the acquirer must decide; the host passes it on and sends `complete`',
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
    optional: ['indexToken', 'tokenReason', 'paymentAccountReference', 'partial'],
  },
  result: {
    tag: 0xea,
    from: 'reader',
    since: 1,
    about: 'how a payment stands or ended: answers `pay`, `complete` and `lookup`',
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
    about: 'answers `lookup`: the reader does not know the key',
    required: ['key'],
    optional: [],
  },
  info: {
    tag: 0xec,
    from: 'reader',
    since: 1,
    about: 'payload of the answer to INFO',
    required: ['model', 'serial', 'firmware', 'versions', 'selfTest'],
    optional: [],
  },
  configuration: {
    tag: 0xed,
    from: 'stored',
    since: 1,
    about: 'what the reader is set up with; it comes from its flash, never from a host message',
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
} as const;

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
