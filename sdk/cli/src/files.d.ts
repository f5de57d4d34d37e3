import { ReaderError } from '@comptoir/sdk';
/** A wrong call of the command: exit code 2. */
export declare function refusal(message: string, cause?: unknown): ReaderError;
export declare function readFile(path: string): Uint8Array;
/** @param bytesMax a longer file is refused: no more of it is read */
export declare function readShortFile(path: string, bytesMax: number): Uint8Array;
/** For its owner alone: what it holds is a secret, or may be. Old content or new, whenever the power fails. */
export declare function replaceFile(path: string, bytes: Uint8Array): void;
/** Like `replaceFile`, but nothing may be there. */
export declare function createFile(path: string, bytes: Uint8Array): void;
export declare function writeFile(path: string, bytes: Uint8Array): void;
/** @param max the greatest value allowed @returns decimal, or hexadecimal after 0x */
export declare function numberFrom(what: string, text: string, max: number): number;
