import { mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

/** What takes bytes of a card or of a host apart, and what decides by them. */
const FOLDERS = [
  'firmware/protocol/src/{bytes/*,frames/{frame,parts,reassembly},messages/{message,messageValues},tlv/{tlv,tlvIndex}}.ts',
  'firmware/src/apdu/*.ts',
  'firmware/src/emv/{*,data/*,applicationSelection/*}.ts',
  'firmware/src/emv/authentication/*.ts',
  'firmware/src/emv/contact/*.ts',
  'firmware/src/emv/contactless/*.ts',
];
/** Of every hundred. */
const LEAST = { statements: 93, branches: 93, functions: 93, lines: 93 };

/** How much of the parsers and kernels their own tests reach, in each folder; less than `LEAST` is a failure. */
const coverage = mergeConfig(base, {});
coverage.test = {
  ...coverage.test,
  include: (base.test?.include ?? []).filter((pattern) => pattern.startsWith('firmware/')),
  coverage: {
    enabled: true,
    provider: 'v8',
    include: FOLDERS,
    reporter: ['text'],
    thresholds: Object.fromEntries(FOLDERS.map((folder) => [folder, LEAST])),
  },
};
export default coverage;
