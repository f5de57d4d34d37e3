/**
 * `node generateReleaseKeys.mjs FILE`: writes the C array of the public keys that images must be signed with: those of the
 * development readers, which anyone can make. Needs the bundle of @comptoir/factory.
 */
import { writeFileSync } from 'node:fs';
import { DEVELOPMENT_KEY_EPOCH, developmentReleaseKeys } from '@comptoir/factory';

const [file] = process.argv.slice(2);
const keys = developmentReleaseKeys().map(({ publicKey }) => `  {${[...publicKey].join(', ')}},\n`);
writeFileSync(
  file,
  `/* Generated. Development keys: they protect nothing. */
#define RELEASE_KEY_EPOCH ${DEVELOPMENT_KEY_EPOCH}
static const uint8_t release_keys[RELEASE_KEYS][RELEASE_KEY_BYTES] = {\n${keys.join('')}};\n`,
);
