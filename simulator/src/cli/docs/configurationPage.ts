/**
 * The page docs/reference/configuration.md, the schema and the example beside it.
 * Floor: simulator cli.
 */

import { CONFIGURATION_RULE, describeConfiguration } from '@comptoir/factory';
import { APPLICATIONS_MAX, CONFIGURATION_BYTES_MAX } from '@comptoir/protocol';
import { schemaOf } from '#files';
import { fieldTables } from '../../world/cards/described/cardFilesPage.js';
import { developmentConfiguration } from '../../world/configuration.js';
import { createTestPki } from '../../world/pki/testPki.js';

/** @returns JSON Schema, with a line end at its end */
export function configurationSchemaText(): string {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A configuration of a Comptoir reader',
  };
  return `${JSON.stringify({ ...schema, ...schemaOf(CONFIGURATION_RULE) }, null, 2)}\n`;
}

/** What development readers are provisioned with, as a file. */
export function configurationExampleText(): string {
  const described = describeConfiguration(developmentConfiguration(createTestPki()));
  return `${JSON.stringify({ $schema: './configuration.schema.json', ...described }, null, 2)}\n`;
}

/** @returns Markdown, with a line end at its end */
export function configurationPage(): string {
  return `${[...introduction, ...fieldTables('The file', CONFIGURATION_RULE.fields), ...rest].join('\n')}\n`;
}

const introduction: readonly string[] = [
  '# Configuration files',
  '',
  'What a reader is set up with, as a JSON file: terminal data, accepted applications with their limits and action codes, CA public keys,',
  'revoked certificates. [Configure a reader](../how-to/configure-a-reader.md) tells how it is checked, signed and loaded.',
  '[configuration.schema.json](configuration.schema.json) is the same as a JSON Schema, for editors, and',
  '[configuration.example.json](configuration.example.json) is what development readers come with: the keys in it are test keys.',
  '',
  'Bytes are hexadecimal text. Amounts are whole numbers of minor units, all in the one `currency` of the file; in a payment in another',
  'currency the acquirer is always asked, and the holder always verified. Names are those of the message',
  '[`configuration`](protocol.md#configuration), so that the field that a reader refuses is found in the file.',
  'What holds when a field is not there stands after the semicolon.',
  '',
  `A reader has room for ${APPLICATIONS_MAX} applications and ${CONFIGURATION_BYTES_MAX} bytes in all: more than a hundred keys of 248 bytes.`,
];

const rest: readonly string[] = [
  '',
  '## What fields mean together',
  '',
  'Asked by `comptoir config validate` and by the reader alike; the first that is not so is named.',
  '',
  '- `terminalCapabilities` and `terminalTransactionQualifiers` offer nothing that the reader has not: no stripe, no key entry, no PIN.',
  '- `randomThreshold` is at most `floorLimit`, `randomTarget` at most `randomMaximum`.',
  '- Where there is a limit, there is a `currency`.',
  '- `sha1` of a CA public key is that of RID, index, modulus and exponent; the exponent is 3 or 65,537; the modulus is odd and does not begin with 00.',
  '- Three keys were published with a wrong SHA-1, and exponent 2: A000000004 FB, FC and FD. They are refused by name.',
  '',
  '## The signed object',
  '',
  'A reader takes the content, the encoded message `configuration`, behind a head and a signature: see [`signedHead`](protocol.md#signedhead),',
  'and `firmware/protocol/src/messages/signedObject.ts` for the layout. The head names the kind of object, the model and the serial number of the reader, or',
  '`*` for any, a sequence that only rises, and length and SHA-256 of the content. The signature is ECDSA on P-256, by the role that may sign',
  'objects of this kind; readers are provisioned with the public key. Development readers have keys that anyone can make, and no other reader',
  'starts with those. Refusals are in [the reference of the wire](protocol.md#refusals-of-signed-objects).',
];
