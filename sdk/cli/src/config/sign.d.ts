import { type ExitCode, type Output } from '../session.js';
export interface SignConfigurationOptions {
  readonly out: string;
  readonly sequence: string;
  readonly key?: string;
  readonly serial?: string;
  readonly model?: string;
}
export declare function signConfiguration(file: string, options: SignConfigurationOptions, output: Output): ExitCode;
