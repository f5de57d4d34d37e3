/**
 * Files of keys, by their path.
 * Floor: cli.
 */
import { type AcquirerFile, type BaseDerivationKey } from '@comptoir/acquirer';
import { type TokenServiceFile } from '@comptoir/acquirer/tokens';
export declare function tokenServiceFileFrom(path: string): TokenServiceFile;
export declare function acquirerFileFrom(path: string): AcquirerFile;
/** Those of a file, by the identifier that a KSN begins with. */
export declare function baseDerivationKeyOf({ baseDerivationKeys }: AcquirerFile): BaseDerivationKey;
