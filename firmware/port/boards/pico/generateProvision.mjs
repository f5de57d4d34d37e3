/**
 * `node generateProvision.mjs FILE SEED`: writes the C array of what a development reader is provisioned with, the test
 * authorities' keys included. Anyone can make it: it protects nothing. Needs the bundle of @comptoir/simulator.
 */
import { writeFileSync } from 'node:fs';
import { createTestPki, developmentConfiguration, developmentProvision, encodeProvision } from '@comptoir/simulator';

const [file, seed] = process.argv.slice(2);
/** The key's identifier is made from it; each board still shows a serial number of its own. */
const KEY_SERIAL = 'DEVELOPMENT';

const record = encodeProvision({
  configuration: developmentConfiguration(createTestPki()),
  keys: developmentProvision(Number(seed), KEY_SERIAL)().keys,
});
const rows = [];
for (let at = 0; at < record.length; at += 24) rows.push(`  ${[...record.subarray(at, at + 24)].join(', ')},`);
writeFileSync(
  file,
  `/* Generated. Development keys: they protect nothing. */\nstatic const uint8_t development_provision[${record.length}] = {\n${rows.join('\n')}\n};\n`,
);
