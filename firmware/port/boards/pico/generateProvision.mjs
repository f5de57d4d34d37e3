/**
 * `node generateProvision.mjs reader|card FILE SEED MODEL`: writes the C array of what a development device is provisioned with, for a
 * reader with the test authorities' keys, and the public keys that no other reader may have. Anyone can make it: it protects
 * nothing. Needs the bundle of @comptoir/factory.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import {
  developmentRoleKey,
  developmentRoleKeys,
  encodeCardProvision,
  encodeProvision,
  readConfigurationFile,
  signObject,
} from '@comptoir/factory';
import { developmentCard, developmentProvision } from '@comptoir/factory/development';

const [device, file, seed, model] = process.argv.slice(2);
/** The key's identifier is made from it; each board still shows a serial number of its own. */
const KEY_SERIAL = 'DEVELOPMENT';

const record = device === 'card' ? encodeCardProvision(developmentCard(Number(seed))) : readerRecord();
const rows = [];
for (let at = 0; at < record.length; at += 24) rows.push(`  ${[...record.subarray(at, at + 24)].join(', ')},`);
writeFileSync(
  file,
  `/* Generated. Development keys: they protect nothing. */
#if COMPTOIR_DEVELOPMENT
static const uint8_t development_provision[${record.length}] = {\n${rows.join('\n')}\n};
#endif
static const uint8_t development_role_keys[BOARD_ROLES][PUBLIC_KEY_BYTES] = {
${developmentRoleKeys()
  .map(({ publicKey }) => `  {${[...publicKey].join(', ')}},\n`)
  .join('')}};\n`,
);

function readerRecord() {
  // The certificate names no serial number: all boards with this image have it.
  const { keys, roleKeys } = developmentProvision(Number(seed), KEY_SERIAL, { model, certifiedSerial: '' })();
  return encodeProvision({ configuration: signedConfiguration(), keys, roleKeys });
}

function signedConfiguration() {
  const read = readConfigurationFile(readFileSync(new URL('developmentConfiguration.json', import.meta.url), 'utf8'));
  if (!read.ok) throw new Error(`developmentConfiguration.json: ${read.at} ${read.must}`);
  const { privateKey } = developmentRoleKey('configuration');
  return signObject({ kind: 'configuration', sequence: 1 }, read.content, privateKey);
}
