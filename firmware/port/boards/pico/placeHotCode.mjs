/**
 * Moves the functions that hotCode.txt names, of a static library, to sections that the SDK's linker script puts into RAM.
 *   node placeHotCode.mjs TOOLS LIBRARY     TOOLS: the path of the compiler's tools up to `objcopy`, such as /usr/bin/arm-none-eabi-
 * What the compiler made of a function counts as the function: NAME.isra.0, NAME.constprop.1, NAME.part.2.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const [tools, library] = process.argv.slice(2);
const hot = new Set(readFileSync(new URL('hotCode.txt', import.meta.url), 'utf8').split('\n'));

const printed = execFileSync(`${tools}objdump`, ['--section-headers', library], {
  encoding: 'utf8',
  maxBuffer: 1 << 26,
});
const sections = new Set(
  Array.from(printed.matchAll(/ (\.text\.(\w+)\S*) /g), ([, section, name]) => (hot.has(name) ? section : '')),
);
sections.delete('');
const renamed = [...sections].map(
  (section) => `--rename-section=${section}=${section.replace('.text', '.time_critical')}`,
);
execFileSync(`${tools}objcopy`, ['--enable-deterministic-archives', ...renamed, library]);
