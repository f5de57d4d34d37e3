/**
 * Where readers are made and kept current: keys, certificates, images, what a board is provisioned with, configurations, and all that is signed for a reader.
 * Keys are in clear here; a till needs none of it.
 * Source: docs/reference/keys.md, docs/reference/configuration.md, docs/explanation/boot-and-update.md, docs/explanation/the-link.md.   Floor: factory.
 */
export {
  type CertifiedReader,
  certificateFault,
  developmentFactoryKey,
  signReaderCertificate,
} from '#crypto/certificate';
export {
  chunkTableOf,
  DEVELOPMENT_KEY_EPOCH,
  developmentReleaseKeys,
  type ReleaseKey,
  type ReleasePublicKey,
  releaseKey,
  releasePublicKey,
  signHeader,
  verifyHashes,
  verifyImage,
  verifySignatures,
} from '#crypto/release';
export {
  developmentRoleKey,
  developmentRoleKeys,
  isSignedByRole,
  newSigningKey,
  type RoleKey,
  readSignedObject,
  type SignedObject,
  type SignedObjectDescription,
  type SignedObjectFault,
  type SignedObjectResult,
  signingKeyFrom,
  signingPublicKey,
  signObject,
} from '#crypto/signing';
export {
  CONFIGURATION_FILE_BYTES_MAX,
  type ConfigurationFileResult,
  describeConfiguration,
  readConfigurationFile,
} from './configuration/configurationFile.js';
export { CONFIGURATION_RULE } from './configuration/configurationRule.js';
export { type ImageDescription, signImage } from './images/signImage.js';
export { RP2040_FAMILY, RP2350_FAMILY, readUf2, type Segment, writeUf2 } from './images/uf2.js';
export {
  type KeyBlockFault,
  type KeyBlockHeader,
  type KeyBlockHeaderResult,
  type KeyBlockResult,
  keyCheckValue,
  type OptionalBlock,
  readKeyBlockHeader,
  unwrapKeyBlock,
  wrapKeyBlock,
} from './keys/keyBlock.js';
export {
  indexTokenKey,
  initialKey,
  type KeyTicketDescription,
  makeKeyTicket,
  protectionKey,
  type TicketKey,
} from './keys/keyTicket.js';
export {
  type CardProvisionContent,
  encodeCardProvision,
  encodeProvision,
  PROVISION_BYTES_MAX,
  type ProvisionContent,
  type ProvisionedCardKey,
  type ProvisionedReaderKey,
  type ProvisionedRoleKey,
} from './provision/provisionRecord.js';
