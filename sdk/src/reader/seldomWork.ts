/**
 * What a till seldom does, as one part that is loaded when it's first asked for.
 * Floor: sdk reader.
 */
export { listCards } from './cards.js';
export { checkReadRequest, read } from './read.js';
export { createReaderKeys } from './readerKeys.js';
export { readerLog } from './readerLog.js';
