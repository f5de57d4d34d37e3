/** What a page takes of the SDK that connects to a reader and takes payments, for its size. */
export { connect, keyFrom, money, newKey, ReaderError } from '../../src/index.js';
