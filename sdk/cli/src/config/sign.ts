/**
 * `comptoir config sign`.
 * Floor: cli.
 */

import { developmentRoleKey, signObject } from '@comptoir/factory';
import { ANY_READER, toHex } from '@comptoir/protocol';
import { sha256 } from '@noble/hashes/sha2.js';
import { numberFrom, refusal, writeFile } from '../files.js';
import { privateKeyFrom } from '../firmware/keyFiles.js';
import { EXIT, type ExitCode, type Output } from '../session.js';
import { countsOf, goodFile, linesOf } from './validate.js';

export interface SignConfigurationOptions {
  readonly out: string;
  readonly sequence: string;
  readonly key?: string;
  readonly serial?: string;
  readonly model?: string;
}

const SEQUENCE_MAX = 0xffff_ffff;
const SERIAL_MAX = 16;
const MODEL_MAX = 24;

export function signConfiguration(file: string, options: SignConfigurationOptions, output: Output): ExitCode {
  const sequence = numberFrom('A sequence', options.sequence, SEQUENCE_MAX);
  if (sequence === 0) throw refusal('A sequence is 1 at least.');
  const { serial = ANY_READER, model = ANY_READER } = options;
  checkName('A serial number', serial, SERIAL_MAX);
  checkName('A model', model, MODEL_MAX);
  const good = goodFile(file, output);
  if (good === undefined) return EXIT.failed;
  const key = options.key === undefined ? developmentRoleKey('configuration') : privateKeyFrom(options.key);
  const object = signObject({ kind: 'configuration', sequence, serial, model }, good.content, key.privateKey);
  writeFile(options.out, object);
  const hash = toHex(sha256(good.content));
  if (options.key === undefined) output.note('signed with the development key: only development readers take it');
  output.print({ out: options.out, sequence, sha256: hash, ...countsOf(good) }, [
    `${options.out}: ${object.length} bytes, sequence ${sequence}`,
    linesOf(good),
    `  SHA-256 ${hash}`,
  ]);
  return EXIT.ok;
}

function checkName(what: string, text: string, max: number): void {
  if (!/^[ -~]+$/.test(text) || text.length > max) throw refusal(`${what} has 1 to ${max} printable ASCII characters.`);
}
