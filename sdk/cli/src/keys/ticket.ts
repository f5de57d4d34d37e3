/**
 * `comptoir keys status`, `ticket`, `load` and `decommission`: with the reader at hand.
 * Floor: cli.
 */

import { deriveInitialKey } from '@comptoir/acquirer';
import { deriveTokenKey } from '@comptoir/acquirer/tokens';
import {
  certificateFault,
  developmentFactoryKey,
  developmentRoleKey,
  indexTokenKey,
  initialKey,
  makeKeyTicket,
  signObject,
  type TicketKey,
} from '@comptoir/factory';
import { concatBytes, KEY_OBJECT_BYTES_MAX, latin1ToBytes, NO_BYTES, unsignedToBytes } from '@comptoir/protocol';
import { decodeReaderCertificate } from '@comptoir/protocol/link';
import { type KeyReport, type LoadKeysResult, systemRandom } from '@comptoir/sdk';
import { sha256 } from '@noble/hashes/sha2.js';
import { createFile, readShortFile, refusal } from '../files.js';
import { privateKeyFrom, publicKeyFrom } from '../firmware/keyFiles.js';
import { acquirerFileFrom, tokenServiceFileFrom } from '../keyFile.js';
import { EXIT, type ExitCode, type Session } from '../session.js';

export interface TicketOptions {
  readonly acquirer: string;
  readonly tokens?: string;
  readonly merchant?: string;
  readonly sign?: string;
  readonly factory?: string;
}

const DERIVATION_ID_BYTES = 4;

export async function showKeys({ reader, operation, print }: Session): Promise<ExitCode> {
  const { certificate, ...report } = await reader.keyStatus(operation);
  print({ ...report, hasIdentity: certificate !== undefined }, linesOf({ ...report }));
  return EXIT.ok;
}

/** Each ticket brings an initial key of its own: the derivation identifier is made of serial number and sequence. */
export async function makeTicket(
  { reader, operation, print }: Session,
  path: string,
  { acquirer, tokens, merchant, sign, factory }: TicketOptions,
): Promise<ExitCode> {
  const report = await reader.keyStatus(operation);
  const { serial } = reader.info;
  const staticKey = staticKeyOf(report, reader.info, factory);
  const sequence = report.sequence + 1;
  const bdk = acquirerFileFrom(acquirer).baseDerivationKeys.at(-1);
  if (bdk === undefined) throw refusal(`${acquirer} holds no base derivation key.`);
  const derivation = sha256(concatBytes(latin1ToBytes(`${serial}\0`), unsignedToBytes(sequence, 4)));
  const initialKeyId = concatBytes(bdk.identifier, derivation.slice(0, DERIVATION_ID_BYTES));
  const keys: TicketKey[] = [initialKey(deriveInitialKey(bdk.key, initialKeyId), initialKeyId)];
  if (tokens !== undefined) keys.push(merchantKey(tokens, merchant));
  const signingKey = sign === undefined ? developmentRoleKey('keyLoad').privateKey : privateKeyFrom(sign).privateKey;
  createFile(path, makeKeyTicket({ serial, staticKey, sequence, keys }, signingKey, systemRandom));
  print({ file: path, serial, sequence, keys: keys.map(({ header }) => header.usage) }, [
    `${path}: ticket ${sequence} for the reader ${serial}, with ${keys.length === 1 ? 'one key' : `${keys.length} keys`}`,
  ]);
  return EXIT.ok;
}

export async function loadKeys({ reader, operation, print }: Session, path: string): Promise<ExitCode> {
  return tell(await reader.loadKeys(readShortFile(path, KEY_OBJECT_BYTES_MAX), operation), print);
}

export async function decommission(
  { reader, operation, print }: Session,
  { serial, sign }: { readonly serial: string; readonly sign?: string },
): Promise<ExitCode> {
  if (serial !== reader.info.serial) throw refusal(`This is the reader ${reader.info.serial}, not ${serial}.`);
  const signingKey =
    sign === undefined ? developmentRoleKey('decommission').privateKey : privateKeyFrom(sign).privateKey;
  const order = signObject({ kind: 'decommission', sequence: 1, serial }, NO_BYTES, signingKey);
  const result = await reader.decommission(order, operation);
  if (result.status === 'refused') return tell(result, print);
  print({ status: 'decommissioned', serial }, [`The reader ${serial} destroys its keys.`]);
  return EXIT.ok;
}

function tell(result: LoadKeysResult, print: Session['print']): ExitCode {
  const { certificate: _, ...report } = result.report;
  if (result.status === 'refused') {
    print({ ...result, report }, [`refused: ${result.message}`]);
    return EXIT.failed;
  }
  const loaded = result.keys.map(({ usage, checkValue }) => `${usage}: check value ${checkValue}`);
  print({ ...result, report }, [...loaded, ...linesOf(report)]);
  return EXIT.ok;
}

function linesOf({ sequence, initialKeyId, indexTokenVersion }: Omit<KeyReport, 'certificate'>): readonly string[] {
  return [
    `DUKPT initial key: ${initialKeyId ?? 'none'}`,
    `version of the merchant key: ${indexTokenVersion ?? 'none'}`,
    `last ticket: ${sequence}`,
  ];
}

function staticKeyOf(
  { certificate: bytes }: KeyReport,
  { model, serial }: { readonly model: string; readonly serial: string },
  factory: string | undefined,
): Uint8Array {
  const certificate = bytes && decodeReaderCertificate(bytes);
  if (certificate === undefined) throw refusal('The reader has no identity: a factory gives it one.');
  const { publicKey } = factory === undefined ? developmentFactoryKey() : publicKeyFrom(factory);
  const today = Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''));
  const { staticKey } = certificate;
  const fault = certificateFault(certificate, { factories: [publicKey], today, staticKey, model, serial });
  if (fault !== undefined) throw refusal(`The reader's certificate is not one of this factory for it: ${fault}.`);
  return staticKey;
}

function merchantKey(path: string, merchant: string | undefined): TicketKey {
  const file = tokenServiceFileFrom(path);
  const found = file.merchants.find((one) => one.merchant === merchant);
  if (found === undefined) throw refusal(`${path} has no merchant ${merchant ?? ''}: name one by --merchant.`);
  return indexTokenKey(deriveTokenKey(file, 'index', found.merchant, found.current), found.current);
}
