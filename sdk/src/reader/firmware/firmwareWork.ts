/**
 * What is loaded for `reader.firmware`, in one piece.
 * Floor: sdk reader.
 */
export { checkFirmware } from './checkFirmware.js';
export { installFirmware } from './installFirmware.js';
export { runningFirmware } from './runningFirmware.js';
