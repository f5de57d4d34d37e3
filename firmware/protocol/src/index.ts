/**
 * THE wire of the Comptoir reader. Firmware, SDK and simulator share this floor and nothing else.
 */
export * from './bytes/bcd.js';
export * from './bytes/bytes.js';
export * from './bytes/hex.js';
export * from './frames/frame.js';
export * from './frames/initAnswer.js';
export * from './frames/parts.js';
export * from './frames/reassembly.js';
export * from './frames/status.js';
export * from './messages/configurationRules.js';
export * from './messages/events.js';
export * from './messages/message.js';
export * from './messages/messageTable.js';
export * from './messages/messageValues.js';
export * from './messages/signedAnswer.js';
export * from './messages/signedObject.js';
export * from './tlv/tags.js';
export * from './tlv/tlv.js';
export * from './tlv/tlvIndex.js';
