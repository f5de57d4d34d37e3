/**
 * Keys of development readers and cards. Anyone can make them from the seed: they protect nothing.
 * Source: docs/explanation/threat-model.md.   Floor: factory.
 */
export { cardKeys, type DevelopmentCard, developmentCard, READER_SCHEME } from './development/developmentCard.js';
export {
  type DevelopmentIdentity,
  type DevelopmentKeys,
  developmentIdentity,
  developmentKeys,
  SIMULATED_MODEL,
} from './development/developmentKeys.js';
export {
  DEVELOPMENT_MERCHANT_IDENTIFIER,
  developmentProvision,
  type Provision,
  type ProvisionOptions,
  selectionRecordKey,
} from './development/developmentProvision.js';
