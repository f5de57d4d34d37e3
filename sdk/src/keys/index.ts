/**
 * Where keys are made and brought to readers: key blocks, and what a key server signs. Keys are in clear here; a till needs none of it.
 * Source: docs/reference/keys.md.   Floor: sdk keys.
 */
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
} from './keyBlock.js';
export {
  indexTokenKey,
  initialKey,
  type KeyTicketDescription,
  makeKeyTicket,
  protectionKey,
  type TicketKey,
} from './keyTicket.js';
