/**
 * `npm run test:seconds -- FILE…`: writes down what slow tests took, from JUnit files: those of `npm run test:usb`, and what
 * `npm run test:chip -- --reporter=junit --outputFile=FILE` wrote. Tests that no file names stay as they are.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('testSeconds.json', import.meta.url);
const seconds = JSON.parse(readFileSync(path, 'utf8'));
const TEXT = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' };

for (const file of process.argv.slice(2))
  for (const [, attributes] of readFileSync(file, 'utf8').matchAll(/<testcase ([^>]*)>/g)) {
    const { name, classname, time } = Object.fromEntries(
      [...attributes.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [
        key,
        value.replace(/&(\w+);/g, (_, of) => TEXT[of]),
      ]),
    );
    const isUsb = classname.startsWith('usb.');
    const key = isUsb ? `${classname.slice('usb.'.length)}: ${name}` : `${classname} > ${name}`;
    seconds[isUsb ? 'usb' : 'chip'][key] = Math.round(Number(time) * 10) / 10;
  }

for (const slow of Object.keys(seconds)) seconds[slow] = Object.fromEntries(Object.entries(seconds[slow]).toSorted());
writeFileSync(path, `${JSON.stringify(seconds, null, 2)}\n`);
