/**
 * Writes configurations for readers: for the acquirer's side and for tools. A till needs none of it.
 * Source: docs/reference/configuration.md.   Floor: sdk configuration.
 */
export {
  CONFIGURATION_FILE_BYTES_MAX,
  type ConfigurationFileResult,
  describeConfiguration,
  readConfigurationFile,
} from './configurationFile.js';
export { CONFIGURATION_RULE } from './configurationRule.js';
