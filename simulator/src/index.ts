/**
 * The Comptoir reader without the hardware.
 * Floor: simulator; nothing in production imports it.
 */

export {
  type CardProvisionContent,
  encodeCardProvision,
  encodeProvision,
  PROVISION_BYTES_MAX,
  type ProvisionContent,
  RP2040_FAMILY,
  RP2350_FAMILY,
  readUf2,
  type Segment,
  writeUf2,
} from '@comptoir/factory';
export { developmentProvision, type Provision } from '@comptoir/factory/development';
export type { GiftBooks } from '@comptoir/issuer/authorisers';
export { seededBytes } from '#crypto/seed';
export { FileError } from '#files/disk';
export type { Card, CardInterface } from './machine/card.js';
export type { PowerCut } from './machine/chip/flash.js';
export {
  createManualClock,
  createVirtualClock,
  type ManualClock,
  realClock,
  SIMULATED_START_MS,
} from './machine/clock.js';
export type { SlotStyle } from './machine/slot/slotCard.js';
export type { SlotFault } from './machine/slot/slotFault.js';
export { loadPicoImage, type PicoImage, type PicoImageName, readPicoImage } from './machine/targets/picoImages.js';
export type { Loaded, Target, TargetName } from './machine/targets/target.js';
export {
  findTarget,
  isReaderTargetName,
  isTargetName,
  type ReaderTargetName,
  readerTargetNames,
  targetNames,
} from './machine/targets/targets.js';
export type { UsbDevice } from './machine/usb/usbDevice.js';
export {
  type AcquirerCall,
  type AcquirerFault,
  type CardFault,
  type Fault,
  type FaultKind,
  type FaultResult,
  type JournalFault,
  type LinkFaultData,
  PHASES,
  type Phase,
  readFault,
  type StoreCall,
} from './simulation/faults/fault.js';
export {
  type CrossedMessage,
  type SimulateOptions,
  type Simulation,
  type SimulationState,
  simulate,
  type TranscriptEntry,
} from './simulation/simulate.js';
export type { Step } from './simulation/steps.js';
export { createScenarioCard } from './trials/replay/scenarioCard.js';
export { type Recorder, record } from './trials/transcripts/record.js';
export { type Replay, type ReplayOptions, replay } from './trials/transcripts/replay.js';
export {
  readTranscript,
  type Transcript,
  type TranscriptLine,
  type TranscriptResult,
  writeTranscript,
} from './trials/transcripts/transcript.js';
export { plugIn } from './wires/usb/plugIn.js';
export type { PluggedWire, ServedWire, UsbWire } from './wires/usb/wire.js';
export { type OnlineAccountsOptions, onlineAccounts, type SimulatedAccounts } from './world/acquirer/onlineAccounts.js';
export { type CreateCardOptions, cardNames, createCard, UnknownCardError } from './world/cards/catalogue.js';
export { type CardDescription, describeCards } from './world/cards/describeCards.js';
export { createCardIssuer } from './world/cards/dynamic/cardIssuer.js';
export { type MadeCard, makeCard } from './world/cards/dynamic/cardMaking.js';
export { createCatalogueDynamicCard } from './world/cards/dynamic/catalogueDynamicCard.js';
export { deliver, issuedCard } from './world/cards/dynamic/issuedCard.js';
export { createPicoCard, type PicoCard, type PicoCardOptions } from './world/cards/dynamic/picoCard.js';
export {
  createDynamicCard,
  type DynamicCard,
  type DynamicCardOptions,
} from './world/cards/dynamic/softwareDynamicCard.js';
export { type FileCard, openFileCard } from './world/cards/file/fileCard.js';
export { type RecordedCard, recordedCard } from './world/cards/recordedCard.js';
export { scriptedCard } from './world/cards/scriptedCard.js';
export { tornCard } from './world/cards/tornCard.js';
export { developmentConfiguration, signDevelopmentConfiguration } from './world/configuration.js';
export { createTestPki, type TestPki } from './world/pki/testPki.js';
