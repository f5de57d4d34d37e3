/**
 * Kinds of card cryptograms: those of cards and issuers who speak DES.
 * Source: test-vectors/README.md.   Floor: simulator trials.
 */
import { NO_BYTES, TAG_9F26_APPLICATION_CRYPTOGRAM, toHex, unsignedFromBytes } from '@comptoir/protocol';
import * as versions from '../../../world/banks/emv/cryptogramVersion.js';
import { type IccKeyDerivation, iccMasterKey } from '../../../world/banks/emv/iccMasterKey.js';
import { responseCryptogram1, responseCryptogram2 } from '../../../world/banks/emv/responseCryptogram.js';
import { commonSessionKey, emv2000SessionKey } from '../../../world/banks/emv/sessionKey.js';
import { type Padding, padded, retailMac } from '../../../world/banks/emv/tripleDes.js';
import { isObject } from '../vectorFiles.js';
import { hexField } from './hexField.js';

export function cryptogramSteps(input: unknown): unknown {
  const master = masterKeyOf(input, choice<IccKeyDerivation>(input, 'iccKeyDerivation', ['A', 'B']), 'issuerMasterKey');
  const session = sessionKeyOf(input, master);
  const padding = choice<Padding>(input, 'padding', ['EMV', 'VISA']);
  const arqc = retailMac(session, padded(hexField(input, 'acData'), padding));
  const respond = choice(input, 'arpcMethod', ['1', '2']) === '1' ? responseCryptogram1 : responseCryptogram2;
  const key = choice(input, 'arpcKey', ['iccMk', 'session']) === 'iccMk' ? master : session;
  return {
    iccMk: toHex(master),
    sessionKey: toHex(session),
    arqc: toHex(arqc),
    arpc: toHex(respond(key, arqc, hexField(input, 'arpcInput'))),
  };
}

export function cryptogramOfVersion(input: unknown): unknown {
  const version = versionOf(input);
  const master = masterKeyOf(input, versions.rulesOf(version).iccKeyDerivation, 'issuerMasterKeyAc');
  const field = valuesOf(input);
  const arqc = versions.applicationCryptogram(version, master, field, hexField(input, 'cvrOr9F10'));
  if (!isObject(input) || input['arpcInput'] === undefined) return { arqc: toHex(arqc) };
  const withArqc = (tag: number): Uint8Array => (tag === TAG_9F26_APPLICATION_CRYPTOGRAM ? arqc : field(tag));
  const arpc = versions.responseCryptogram(version, master, withArqc, hexField(input, 'arpcInput'));
  return { arqc: toHex(arqc), arpc: toHex(arpc) };
}

export function scriptMac(input: unknown): unknown {
  const version = versionOf(input);
  const master = masterKeyOf(input, versions.rulesOf(version).iccKeyDerivation, 'issuerMasterKeySmi');
  const [header, data] = [hexField(input, 'header'), hexField(input, 'data')];
  return { mac: toHex(versions.scriptCommandMac(version, master, valuesOf(input), header, data)) };
}

function sessionKeyOf(input: unknown, master: Uint8Array): Uint8Array {
  const diversification = hexField(input, 'sessionKeyInput');
  switch (choice(input, 'sessionKey', ['common', 'none', 'emv2000'])) {
    case 'common':
      return commonSessionKey(master, diversification);
    case 'emv2000':
      return emv2000SessionKey(master, unsignedFromBytes(diversification));
    default:
      return master;
  }
}

function masterKeyOf(input: unknown, derivation: IccKeyDerivation, issuerKey: string): Uint8Array {
  const digits = isObject(input) && typeof input['pan'] === 'string' ? input['pan'] : '';
  const number = hexField({ pan: digits.length % 2 === 0 ? digits : `${digits}F` }, 'pan');
  return iccMasterKey(derivation, hexField(input, issuerKey), { number, sequenceNumber: hexField(input, 'psn') });
}

/** The fields that are named by their tags. */
function valuesOf(input: unknown): versions.FieldOf {
  return (tag) => {
    const name = tag.toString(16).toUpperCase();
    return isObject(input) && name in input ? hexField(input, name) : NO_BYTES;
  };
}

function versionOf(input: unknown): versions.CryptogramVersion {
  const version = isObject(input) ? input['scheme'] : undefined;
  if (!versions.isCryptogramVersion(version)) throw new Error('scheme is no cryptogram version');
  return version;
}

function choice<Value extends string>(input: unknown, name: string, values: readonly Value[]): Value {
  const given = isObject(input) ? input[name] : undefined;
  const found = values.find((value) => value === given);
  if (found === undefined) throw new Error(`${name} is none of ${values.join(', ')}`);
  return found;
}
