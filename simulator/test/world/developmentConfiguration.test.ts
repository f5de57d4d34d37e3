/** What images are provisioned with is what the simulator's readers have. */
import { readFileSync } from 'node:fs';
import { readConfigurationFile } from '@comptoir/factory';
import { toHex } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { developmentConfiguration } from '../../src/world/configuration.js';
import { createTestPki } from '../../src/world/pki/testPki.js';

test('the configuration file of development boards is the simulated reader’s', () => {
  const url = new URL('../../../firmware/port/boards/pico/developmentConfiguration.json', import.meta.url);
  const read = readConfigurationFile(readFileSync(url, 'utf8'));
  if (!read.ok) throw new Error(`${read.at} ${read.must}`);
  expect(toHex(read.content)).toBe(toHex(developmentConfiguration(createTestPki())));
});
