/**
 * The Comptoir reader without the hardware.
 * Floor: simulator; nothing in production imports it.
 */
export { developmentProvision, type Provision } from './board/provision.js';
export {
  type CardProvisionContent,
  encodeCardProvision,
  encodeProvision,
  PROVISION_BYTES_MAX,
  type ProvisionContent,
} from './board/provisionRecord.js';
export type { Card, CardInterface } from './cards/card.js';
export { type CreateCardOptions, cardNames, createCard, UnknownCardError } from './cards/catalogue.js';
export { type CardDescription, describeCards } from './cards/describeCards.js';
export { createCardIssuer } from './cards/dynamic/cardIssuer.js';
export { type MadeCard, makeCard } from './cards/dynamic/cardMaking.js';
export { createCatalogueDynamicCard } from './cards/dynamic/catalogueDynamicCard.js';
export { deliver, issuedCard } from './cards/dynamic/issuedCard.js';
export { createScenarioCard } from './cards/dynamic/scenarioCard.js';
export { createDynamicCard, type DynamicCard, type DynamicCardOptions } from './cards/dynamic/softwareDynamicCard.js';
export { type FileCard, openFileCard } from './cards/file/fileCard.js';
export { CardFileError } from './cards/file/files.js';
export { type RecordedCard, recordedCard } from './cards/recordedCard.js';
export { scriptedCard } from './cards/scriptedCard.js';
export { tornCard } from './cards/tornCard.js';
export type { PowerCut } from './chip/flash.js';
export { RP2040_FAMILY, RP2350_FAMILY, readUf2, type Segment, writeUf2 } from './chip/uf2.js';
export { createManualClock, createVirtualClock, type ManualClock, realClock, SIMULATED_START_MS } from './clock.js';
export { developmentConfiguration, signDevelopmentConfiguration } from './configuration.js';
export {
  type CardFault,
  type Fault,
  type FaultKind,
  type FaultResult,
  type HostCall,
  type HostFault,
  type JournalFault,
  type LinkFaultData,
  PHASES,
  type Phase,
  readFault,
  type StoreCall,
} from './faults/fault.js';
export type { GiftBooks } from './issuer/giftBooks.js';
export { type OnlineAccountsOptions, onlineAccounts, type SimulatedAccounts } from './issuer/onlineAccounts.js';
export { createTestPki, type TestPki } from './pki/testPki.js';
export { seededBytes } from './seed.js';
export {
  type CrossedMessage,
  type SimulateOptions,
  type Simulation,
  type SimulationState,
  simulate,
  type TranscriptEntry,
} from './simulate.js';
export type { SlotStyle } from './slot/slotCard.js';
export type { SlotFault } from './slot/slotFault.js';
export type { Step } from './steps.js';
export { createPicoCard, type PicoCard, type PicoCardOptions } from './targets/picoCard.js';
export { loadPicoImage, type PicoImage, type PicoImageName, readPicoImage } from './targets/picoImages.js';
export type { Loaded, Target, TargetName } from './targets/target.js';
export {
  findTarget,
  isReaderTargetName,
  isTargetName,
  type ReaderTargetName,
  readerTargetNames,
  targetNames,
} from './targets/targets.js';
export { type Recorder, record } from './transcripts/record.js';
export { type Replay, type ReplayOptions, replay } from './transcripts/replay.js';
export {
  readTranscript,
  type Transcript,
  type TranscriptLine,
  type TranscriptResult,
  writeTranscript,
} from './transcripts/transcript.js';
export { plugIn } from './wires/usb/plugIn.js';
export type { UsbDevice } from './wires/usb/usbDevice.js';
export type { PluggedWire, ServedWire, UsbWire } from './wires/usb/wire.js';
