/**
 * `comptoir tokens keys`, `merchant`, `rotate` and `finish`: the file of a token service.
 * Floor: cli.
 */
import { type TokenMerchant, type TokenServiceFile } from '@comptoir/acquirer/tokens';
import { type ExitCode, type Output } from '../session.js';
export interface MerchantOptions {
  readonly keys: string;
  readonly merchant: string;
}
/** Never over a file that is there: with the keys every token is gone. */
export declare function makeKeys(
  path: string,
  {
    region,
  }: {
    readonly region: string;
  },
  { print }: Output,
): ExitCode;
export declare function addMerchant(
  merchant: string,
  {
    keys,
  }: {
    readonly keys: string;
  },
  output: Output,
): ExitCode;
export declare function rotate(options: MerchantOptions, output: Output): ExitCode;
export declare function finish(options: MerchantOptions, output: Output): ExitCode;
export declare function merchantFrom({ keys, merchant }: MerchantOptions): {
  readonly file: TokenServiceFile;
  readonly merchant: TokenMerchant;
};
