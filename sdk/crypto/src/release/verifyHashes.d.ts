import { type Image, type RefusalName } from '@comptoir/protocol/image';
/** The table against the header, the body against the table, the body against the header. @returns what is wrong, if anything */
export declare function verifyHashes({ header, chunkTable, body }: Image): RefusalName | undefined;
/** SHA-256 of each chunk, one after the other. */
export declare function chunkTableOf(body: Uint8Array): Uint8Array;
