/**
 * What the reader does of EMV: the rows of docs/reference/emv-coverage.md. The clauses aren't here: they are read from the files.
 * Paths are below firmware/ unless they begin with another folder of the top.
 * Floor: simulator cli.
 */

export interface EmvFeature {
  readonly feature: string;
  /** `must`: of the first whole release. `should`: planned. `out`: not offered. */
  readonly level: 'must' | 'should' | 'out';
  /** Files that do it; none for what isn't there. */
  readonly code: readonly string[];
  /** Tests and vector files that show it. A `must` without one fails `npm run check`. */
  readonly tests: readonly string[];
  /** What a reader of the table should know. */
  readonly note?: string;
}

const emv = (name: string): string => `src/emv/${name}.ts`;
const contact = (name: string): string => emv(`contact/${name}`);
const contactless = (name: string): string => emv(`contactless/${name}`);
const data = (name: string): string => emv(`data/${name}`);
const application = (name: string): string => emv(`applicationSelection/${name}`);
const oda = (name: string): string => emv(`authentication/${name}`);
const test = (name: string): string => `test/${name}.test.ts`;
const vectors = (name: string): string => `test-vectors/${name}.json`;
const hostile = (name: string): string => `test/hostile/${name}.ts`;

type Row = readonly [
  feature: string,
  level: EmvFeature['level'],
  code: readonly string[],
  tests: readonly string[],
  note?: string,
];

// biome-ignore format: a table is read by its rows
const ROWS: readonly Row[] = [
  ['Answer to reset, T=0, T=1', 'must', ['src/contactSlot/answerToReset.ts', 'src/contactSlot/t0Exchange.ts', 'src/contactSlot/t1Exchange.ts'], [test('contactSlot/answerToReset'), test('contactSlot/contactT0'), test('contactSlot/contactT1'), test('contactSlot/slotFaults')]],
  ['61xx and 6Cxx', 'must', ['src/apdu/exchange.ts'], [vectors('transport'), test('apdu/exchange'), hostile('chaining')]],
  ['Activation of types A and B', 'must', ['src/frontEnd/pn532CardPort.ts'], [test('frontEnd/pn532'), test('frontEnd/pn532Field')], 'by a front end that does ISO/IEC 14443-4 itself'],
  ['Several cards in the field', 'must', ['src/commands/shared/commandRunner.ts'], [test('commands/payment'), vectors('selection')]],
  ['Directory of a contact card (PSE)', 'must', [contact('paymentSystemEnvironment')], [vectors('candidate'), hostile('selection')]],
  ['Directory of a contactless card (PPSE)', 'must', [contactless('entryPoint')], [vectors('candidate'), vectors('trace'), hostile('entryPoint')]],
  ['List of AIDs', 'must', [contact('listOfAids')], [vectors('candidate'), hostile('selection')]],
  ['Partial names, application selection indicator', 'must', [application('candidateList'), contact('listOfAids'), application('finalSelection')], [vectors('candidate'), test('hostile/hostileCard')]],
  ['Priority and confirmation', 'must', [application('candidateList'), contact('contactTransaction')], [vectors('candidate'), test('commands/contactCompletion')], 'confirmed after the records are read: decision 31'],
  ['Pre-processing: transaction, CVM and floor limits, TTQ', 'must', [contactless('preProcessing'), data('terminalParameters')], [vectors('contactless-own'), test('emv/entryPoint'), test('emv/contactlessDecisions')]],
  ['Kernel identifier (9F2A)', 'must', [contactless('kernelIdentifier'), contactless('entryPoint')], [vectors('contactless-own'), hostile('entryPoint')]],
  ['Extended selection (9F29)', 'should', [contactless('entryPoint'), application('finalSelection')], [test('emv/entryPoint')]],
  ['Outcomes, prompts, restart', 'must', ['src/commands/card/presentCard.ts', contactless('contactlessTransaction')], [test('commands/restart')], 'prompts of the protocol; each try has its own numbers'],
  ['Language (5F2D) and code table (9F11)', 'should', [application('candidateList')], [vectors('candidate'), test('commands/contactCompletion')], 'code table 1; the language goes to the host'],
  ['PDOL and GET PROCESSING OPTIONS', 'must', [data('dataObjectList'), emv('initiateApplicationProcessing')], [vectors('dol'), vectors('gpo'), hostile('records')]],
  ['AFL and records', 'must', [data('applicationFileLocator'), emv('readApplicationData')], [vectors('read'), hostile('records')]],
  ['Static data authentication', 'should', [oda('staticDataAuthentication'), contact('offlineDataAuthentication')], [vectors('oda'), test('hostile/hostileCard')]],
  ['Dynamic data authentication', 'must', [oda('dynamicSignature'), contact('offlineDataAuthentication')], [vectors('oda'), hostile('cryptograms')]],
  ['Combined authentication (CDA), first and second cryptogram', 'must', [emv('generateAc'), oda('dynamicSignature')], [vectors('oda'), test('emv/firstCryptogram'), test('commands/contactCompletion'), hostile('cryptograms')]],
  ['Fast authentication (fDDA)', 'must', [oda('dynamicSignature'), contactless('fastDynamicData')], [vectors('oda'), hostile('qvsdc'), 'simulator/test/world/cards/cards.authentication.test.ts']],
  ['XDA, elliptic curves', 'should', [], []],
  ['CA public keys, with their hashes', 'must', [oda('certificationAuthorityKeys')], [vectors('capk'), test('emv/authentication')]],
  ['Issuer and card certificates', 'must', [oda('issuerCertificate'), oda('iccCertificate'), oda('recovered')], [vectors('oda'), test('emv/signedContent'), hostile('certificates')]],
  ['Revocation list', 'should', ['src/commands/configuration/storedAuthorities.ts'], [test('commands/configuration')]],
  ['Processing restrictions', 'must', [emv('processingRestrictions')], [vectors('processing'), test('emv/terminalDecisions')]],
  ['Cardholder verification without PIN', 'must', [data('cvmList'), emv('cardholderVerification')], [vectors('cvm'), vectors('cvmlist'), test('emv/terminalDecisions')]],
  ['Contactless cardholder verification: CTQ, on the device', 'must', [contactless('cardTransactionQualifiers'), contactless('kernel2')], [vectors('contactless-own'), test('emv/contactlessDecisions'), test('emv/kernel2'), hostile('qvsdc')], 'decision 35'],
  ['PIN, online and offline', 'out', [], []],
  ['Floor limit, random selection, velocity', 'should', [emv('terminalRiskManagement'), data('terminalParameters')], [vectors('terminal'), test('emv/terminalDecisions'), test('commands/configuration')]],
  ['Terminal action analysis', 'must', [emv('terminalActionAnalysis')], [vectors('taa'), test('emv/terminalDecisions'), test('commands/configuration')]],
  ['First GENERATE AC', 'must', [emv('generateAc'), emv('concludeWithCryptogram')], [hostile('cryptograms'), test('commands/contactCompletion')]],
  ['Second GENERATE AC, response codes, no answer', 'should', [contact('completeTransaction'), 'src/commands/card/finishAtCard.ts'], [test('commands/contactCompletion'), hostile('cryptograms')]],
  ['Issuer authentication', 'should', [contact('issuerAuthentication')], [test('emv/issuerToCard'), 'simulator/test/world/cards/issuerCards.test.ts']],
  ['Issuer scripts', 'should', [contact('issuerScripts')], [test('emv/issuerToCard'), 'simulator/test/world/cards/issuerCards.test.ts']],
  ['Transaction log, exception file', 'out', [], []],
  ['Torn transaction recovery', 'should', [contactless('recoverableCryptogram'), emv('tornTransactions')], [test('emv/kernel2'), test('commands/restart'), hostile('mChip'), 'simulator/test/simulation/payments/pulledCard.test.ts'], 'decision 36'],
  ['Relay resistance', 'should', [contactless('relayResistance')], [vectors('contactless-own'), test('emv/kernel2'), hostile('mChip')], 'in milliseconds; no claim that a relay is noticed'],
  ['Mag-stripe mode', 'out', [], []],
  ['Data storage', 'out', [], []],
  ['Kernel 2', 'must', [contactless('kernel2')], [test('emv/kernel2'), hostile('mChip'), 'simulator/test/world/cards/cards.authentication.test.ts', vectors('trace')]],
  ['Kernel 3', 'must', [contactless('kernel3')], [hostile('qvsdc'), test('emv/contactlessDecisions'), 'simulator/test/world/cards/cards.authentication.test.ts', vectors('trace')]],
  ['Kernels 4 to 7', 'should', [contactless('contactlessTransaction')], [test('emv/entryPoint')], 'answered with another interface'],
  ['Kernel 8', 'out', [], [], 'not claimed'],
  ['Payment account reference (9F24)', 'must', ['src/token/clearFields.ts'], [test('token/clearFields')]],
  ['Token requestor (9F19), form factor (9F6E)', 'must', ['src/token/sealedData.ts'], [test('token/clearFields')]],
  ['The card number never leaves', 'must', ['src/token/door.ts', 'src/token/numberSearch.ts', 'src/apdu/sensitive.ts'], ['simulator/test/world/cards/cardNumber.test.ts', test('token/door'), test('token/numberSearch'), test('commands/erasure'), hostile('numbers')]],
  ['Configuration by application', 'must', ['src/commands/configuration/configuration.ts'], [test('commands/configuration')]],
];

export const EMV_FEATURES: readonly EmvFeature[] = ROWS.map(([feature, level, code, tests, note]) => ({
  feature,
  level,
  code,
  tests,
  ...(note !== undefined && { note }),
}));
