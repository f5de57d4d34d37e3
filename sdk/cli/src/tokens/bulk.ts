/**
 * `comptoir tokens translate` and `detokenise`: work on a file of sealed tokens, one a line, in hexadecimal.
 * Floor: cli.
 */

import { sealToken, tokensOfMerchant } from '@comptoir/acquirer/tokens';
import { fromHex, NO_BYTES, toHex } from '@comptoir/protocol';
import { acquirerFileFrom } from '../keyFile.js';
import { progressBar } from '../progressBar.js';
import { EXIT, type ExitCode, type Output } from '../session.js';
import { merchantFrom } from './rotate.js';
import { REFUSED_MARK, workOnLines } from './tokenLines.js';

export interface BulkOptions {
  readonly keys: string;
  readonly merchant: string;
  readonly out: string;
}

export interface DetokeniseOptions extends BulkOptions {
  readonly acquirer: string;
}

/** From the version that retires to the current one. A token of the current version stays as it is. */
export function translate(input: string, options: BulkOptions, output: Output): ExitCode {
  const { file, merchant } = merchantFrom(options);
  const tokens = tokensOfMerchant(file, merchant.merchant, merchant);
  const exit = convert(input, options, output, (token) => tokens.translate(token));
  tokens.wipe();
  return exit;
}

/** The number never is in the file: each is sealed for the acquirer, by the key in the acquirer's file. */
export function detokenise(input: string, options: DetokeniseOptions, output: Output): ExitCode {
  const { file, merchant } = merchantFrom(options);
  const tokens = tokensOfMerchant(file, merchant.merchant, merchant);
  const sealing = { ...acquirerFileFrom(options.acquirer).sealing, merchant: merchant.merchant };
  const exit = convert(input, options, output, (token) => {
    const opened = tokens.open(token);
    if (!opened.ok) return opened;
    const sealed = sealToken(sealing, opened.number, opened.expiry) ?? NO_BYTES;
    opened.number.fill(0);
    opened.expiry?.fill(0);
    return { ok: true, token: sealed };
  });
  tokens.wipe();
  return exit;
}

type Converted = { readonly ok: true; readonly token: Uint8Array } | { readonly ok: false; readonly fault: string };

/** A line that is no token becomes `- ` and why: lines keep their numbers. */
function convert(
  input: string,
  { out }: BulkOptions,
  { note, print }: Output,
  one: (token: Uint8Array) => Converted,
): ExitCode {
  const work = (line: string): string => {
    const token = fromHex(line);
    const converted: Converted = token === undefined ? { ok: false, fault: 'TOKEN_CHARACTER' } : one(token);
    return converted.ok ? toHex(converted.token) : `${REFUSED_MARK} ${converted.fault}`;
  };
  const { lines, earlier, refused } = workOnLines(input, out, work, progressBar('bytes', note));
  print({ out, lines, earlier, refused }, [
    `${out}: ${lines} lines${earlier === 0 ? '' : `, ${earlier} of an earlier run`}`,
    ...(refused === 0 ? [] : [`refused: ${refused}; their lines begin with "${REFUSED_MARK}" and say why`]),
  ]);
  return refused === 0 ? EXIT.ok : EXIT.failed;
}
