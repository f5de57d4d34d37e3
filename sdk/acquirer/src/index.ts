/**
 * The acquirer's side: opens what a reader seals, checks what it binds, and signs what it says back. It holds keys: it never runs at a till.
 * Source: docs/reference/tokens.md.   Floor: acquirer.
 */

export {
  deriveInitialKey,
  deriveTransactionKey,
  deriveUpdateKey,
  deriveWorkingKey,
  isTransactionCounter,
  KEY_USAGE,
  type WorkingKeyUsage,
} from '#crypto/dukpt';
export {
  ACQUIRER_FILE_BYTES_MAX,
  type AcquirerFile,
  acquirerFileText,
  readAcquirerFile,
} from './acquirerFile.js';
export type { AssociatedData } from './associatedData.js';
export { type EnvelopeFault, type EnvelopeResult, type OpenEnvelope, openEnvelope } from './envelope.js';
export {
  computeIndexToken,
  formatIndexToken,
  type IndexToken,
  type IndexTokenResult,
  parseIndexToken,
} from './indexToken.js';
export type { BaseDerivationKey } from './keysOfKsn.js';
export {
  REPLAY_WINDOW_BYTES,
  REPLAY_WINDOW_COUNTERS,
  type ReplayFault,
  type ReplayResult,
  takeKsn,
} from './replayWindow.js';
export {
  type AcquirerAnswer,
  type AcquirerQuestion,
  type InquiryFault,
  keptQuestion,
  signAnswer,
  verifyInquiry,
} from './signedAnswer.js';
export { type AuthorisationFault, type AuthorisationResult, verifyAuthorisation } from './transactionToken.js';
