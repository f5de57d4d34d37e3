/**
 * What a till seldom does, as one part that is loaded when it's first asked for.
 * Floor: sdk reader.
 */

export { checkReadRequest, read } from '../payment/read.js';
export { listCards } from './cards.js';
export { createReaderKeys } from './readerKeys.js';
export { readerLog } from './readerLog.js';
