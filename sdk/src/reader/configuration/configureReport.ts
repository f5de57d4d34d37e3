/**
 * What there is to say about a reader's configuration: which one is in force, and what became of one that was brought.
 * Source: docs/reference/configuration.md.   Floor: sdk reader.
 */
import type { ObjectRefusalName } from '@comptoir/protocol';
import type { OperationOptions } from '../../operation/operate.js';

export interface ReaderConfiguration {
  /** Rises with each configuration of the reader. */
  readonly sequence: number;
  /** SHA-256 of its content, hexadecimal in capitals: `comptoir config show` tells that of a file. */
  readonly sha256: string;
}

export interface ConfigureRefused {
  readonly status: 'refused';
  /** The reader's word; `unknown`: it has a reason that this version doesn't know. */
  readonly reason: ObjectRefusalName | 'unknown';
  /** The field that is refused, such as `certificationAuthorityKeys[2].sha1`. Absent: the whole. */
  readonly field?: string;
  /** One sentence for people. */
  readonly message: string;
  /** Still in force. Absent: there is none. */
  readonly inForce?: ReaderConfiguration;
}

export type ConfigureResult =
  /** It's in force. */
  | { readonly status: 'loaded'; readonly inForce: ReaderConfiguration }
  /** It was in force already. */
  | { readonly status: 'current'; readonly inForce: ReaderConfiguration }
  /** What was in force still is. */
  | ConfigureRefused;

export interface ConfigureProgress {
  /** Of `totalBytes`, what the reader has. */
  readonly bytes: number;
  readonly totalBytes: number;
}

export interface ConfigureOptions extends OperationOptions {
  /** Called with each step. What it throws ends the loading. */
  readonly onProgress?: (progress: ConfigureProgress) => void;
}
