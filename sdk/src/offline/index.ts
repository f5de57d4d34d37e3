/**
 * Payments while the acquirer can't be asked: stored within limits, forwarded once.
 * Source: docs/reference/sdk.md, `offlineQueue`; decision 68.   Floor: sdk offline.
 */
export { type Lock, systemLock } from './lock.js';
export {
  type ForwardReport,
  type OfflineQueue,
  type OfflineQueueOptions,
  offlineQueue,
} from './offlineQueue.js';
export type { OfflineLimits, StoredSale, StoredState } from './storedSale.js';
