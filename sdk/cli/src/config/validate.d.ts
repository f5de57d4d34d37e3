/**
 * `comptoir config validate`.
 * Floor: cli.
 */
import { type ConfigurationFileResult } from '@comptoir/factory';
import { type ExitCode, type Output } from '../session.js';
export type GoodFile = Extract<
  ConfigurationFileResult,
  {
    readonly ok: true;
  }
>;
export declare function validateConfiguration(file: string, output: Output): ExitCode;
/** Says what is wrong, and where. @returns undefined then */
export declare function goodFile(file: string, { print }: Output): GoodFile | undefined;
export interface Counts {
  readonly applications: number;
  readonly certificationAuthorityKeys: number;
  readonly revokedCertificates: number;
  readonly bytes: number;
}
export declare function countsOf({ configuration, content }: GoodFile): Counts;
export declare function linesOf(file: GoodFile): string;
