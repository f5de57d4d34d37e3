/**
 * THE wire of the Comptoir reader. Firmware, SDK and simulator share this floor and nothing else.
 */
export * from './bcd.js';
export * from './bytes.js';
export * from './configurationRules.js';
export * from './events.js';
export * from './frame.js';
export * from './hex.js';
export * from './initAnswer.js';
export * from './message.js';
export * from './messageTable.js';
export * from './messageValues.js';
export * from './parts.js';
export * from './reassembly.js';
export * from './signedAnswer.js';
export * from './signedObject.js';
export * from './status.js';
export * from './tags.js';
export * from './tlv.js';
export * from './tlvIndex.js';
