/**
 * `comptoir config validate`.
 * Floor: cli.
 */
import { CONFIGURATION_FILE_BYTES_MAX, type ConfigurationFileResult, readConfigurationFile } from '@comptoir/factory';
import { readShortFile } from '../files.js';
import { EXIT, type ExitCode, type Output } from '../session.js';

export type GoodFile = Extract<ConfigurationFileResult, { readonly ok: true }>;

export function validateConfiguration(file: string, output: Output): ExitCode {
  const read = goodFile(file, output);
  if (read === undefined) return EXIT.failed;
  output.print({ file, verdict: 'good', ...countsOf(read) }, [`${file}: good`, linesOf(read)]);
  return EXIT.ok;
}

/** Says what is wrong, and where. @returns undefined then */
export function goodFile(file: string, { print }: Output): GoodFile | undefined {
  const text = new TextDecoder().decode(readShortFile(file, CONFIGURATION_FILE_BYTES_MAX));
  const read = readConfigurationFile(text);
  if (read.ok) return read;
  const { at, must } = read;
  print({ file, verdict: 'refused', field: at, rule: must }, [`${file}: ${at === '' ? '' : `${at} `}${must}`]);
  return undefined;
}

export interface Counts {
  readonly applications: number;
  readonly certificationAuthorityKeys: number;
  readonly revokedCertificates: number;
  readonly bytes: number;
}

export function countsOf({ configuration, content }: GoodFile): Counts {
  const { applications = [], certificationAuthorityKeys = [], revokedCertificates = [] } = configuration;
  return {
    applications: applications.length,
    certificationAuthorityKeys: certificationAuthorityKeys.length,
    revokedCertificates: revokedCertificates.length,
    bytes: content.length,
  };
}

export function linesOf(file: GoodFile): string {
  const { applications, certificationAuthorityKeys, revokedCertificates, bytes } = countsOf(file);
  return `  ${applications} applications, ${certificationAuthorityKeys} CA public keys, ${revokedCertificates} revoked certificates, ${bytes} bytes`;
}
