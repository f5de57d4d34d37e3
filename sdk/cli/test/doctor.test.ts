/** `comptoir doctor` on machines that are folders: whole ones, poor ones, and hostile ones. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { memory } from '@comptoir/sdk/transports/memory';
import { simulate } from '@comptoir/simulator';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createScriptedReader } from '../../test/scriptedReader.js';
import { findingsOf } from '../src/doctor/doctor.js';
import { type Finding, findingLines } from '../src/doctor/finding.js';
import { hidReaders, usbReaders } from '../src/doctor/linuxDevices.js';
import { type Machine, machineAt } from '../src/doctor/machine.js';
import { UDEV_RULES } from '../src/doctor/udevRules.js';

const shipped = fileURLToPath(new URL('../udev/70-comptoir.rules', import.meta.url));
const RULES = 'etc/udev/rules.d/70-comptoir.rules';
const SERIAL = 'SIM01020304';
const USB = 'sys/bus/usb/devices/1-1';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'doctor-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

/** A reader as the kernel shows it. */
function plugIn(serial = SERIAL): void {
  const fields = { idVendor: '1209', idProduct: '0001', busnum: '1', devnum: '7', bcdDevice: '0100' };
  for (const [file, text] of Object.entries(fields)) put(`${USB}/${file}`, `${text}\n`);
  if (serial !== '') put(`${USB}/serial`, `${serial}\n`);
  put('dev/bus/usb/001/007', '');
  put('dev/hidraw3', '');
  put(
    'sys/class/hidraw/hidraw3/device/uevent',
    `HID_ID=0003:00001209:00000001\nHID_NAME=Comptoir\nHID_UNIQ=${serial}\n`,
  );
}

function machine(changed: Partial<Machine> = {}): Machine {
  const loads = async (): Promise<void> => {};
  return { ...machineAt(root), platform: 'linux', nodeVersion: '20.19.0', load: loads, ...changed };
}

function examine(changed: Partial<Machine> = {}): Promise<readonly Finding[]> {
  return findingsOf(machine(changed), undefined, 'development');
}

const brief = (findings: readonly Finding[]): readonly string[] =>
  findings.map(({ check, state }) => `${check} ${state}`);

test('the rules that are shipped are those that doctor prints', () => {
  expect(readFileSync(shipped, 'utf8')).toBe(UDEV_RULES);
});

test('a machine with everything', async () => {
  plugIn();
  put(RULES, UDEV_RULES);
  const findings = await examine();
  expect(brief(findings)).toEqual([
    'node ok',
    'node-hid ok',
    'usb ok',
    'rules ok',
    `usb:${SERIAL} ok`,
    `hid:${SERIAL} ok`,
  ]);
  expect(findingLines(findings).join('\n')).not.toContain('What to do');
});

describe('what is wrong is said, with what to do', () => {
  test('no rules, and nothing may be opened', async () => {
    plugIn();
    const findings = await examine({ mayOpen: () => false });
    expect(brief(findings).slice(3)).toEqual(['rules problem', `usb:${SERIAL} problem`, `hid:${SERIAL} problem`]);
    const lines = findingLines(findings);
    const steps = lines.slice(lines.indexOf('What to do, in this order:') + 1);
    expect(steps[0]).toMatch(/^1\. Install the rules: .*70-comptoir\.rules/);
    expect(steps[1]).toMatch(/^2\. .*plug it in/);
    // The same advice is given once.
    expect(steps).toHaveLength(2);
  });

  test('other rules of the same name', async () => {
    put(RULES, '# nothing\n');
    expect(brief(await examine())).toContain('rules warning');
  });

  test('no HID node, no serial number, no device node', async () => {
    plugIn();
    rmSync(join(root, 'sys/class'), { recursive: true });
    rmSync(join(root, 'dev/bus'), { recursive: true });
    expect(brief(await examine()).slice(4)).toEqual([`usb:${SERIAL} problem`, `hid:${SERIAL} warning`]);
    rmSync(join(root, USB, 'serial'));
    const [, , , , usb] = await examine();
    expect(usb).toMatchObject({ state: 'problem', says: expect.stringContaining('no serial number') });
  });

  test.each([
    ['Error: libusb-1.0.so.0: cannot open shared object file', 'libusb-1.0-0'],
    ['libudev.so.1: cannot open shared object file: No such file or directory', 'libudev1'],
    ["Cannot find package 'node-hid' imported from x", 'npm install node-hid'],
    ['another version', 'npm install node-hid@3'],
    ['wrong ELF class', 'npm rebuild node-hid'],
  ])('node-hid does not load: %s', async (message, advice) => {
    const load = async (name: string): Promise<void> => {
      if (name === 'node-hid') throw new Error(message);
    };
    const [, hid, usb] = await examine({ load });
    expect(hid?.do).toContain(advice);
    expect(usb?.state).toBe('ok');
  });

  test('without usb, node-hid is enough', async () => {
    const load = async (name: string): Promise<void> => {
      if (name === 'usb') throw new Error("Cannot find package 'usb' imported from x");
    };
    expect(brief(await examine({ load })).slice(1, 3)).toEqual(['node-hid ok', 'usb warning']);
  });

  test.each([['18.20.0'], ['20.18.9']])('node %s is too old', async (nodeVersion) => {
    expect(brief(await examine({ nodeVersion }))).toContain('node problem');
  });
});

describe('hostile trees', () => {
  test('links that go round, pipes, folders for files, names and numbers of others', () => {
    mkdirSync(join(root, 'sys/bus/usb/devices'), { recursive: true });
    symlinkSync('.', join(root, 'sys/bus/usb/devices/loop'));
    symlinkSync('nowhere', join(root, 'sys/bus/usb/devices/dangling'));
    mkdirSync(join(root, `${USB}/idVendor`), { recursive: true });
    execFileSync('mkfifo', [join(root, `${USB}/idProduct`)]);
    put('sys/bus/usb/devices/2-1/idVendor', '1209');
    put('sys/bus/usb/devices/2-1/idProduct', '0001');
    put('sys/bus/usb/devices/2-1/busnum', '../../../etc');
    put('sys/bus/usb/devices/2-1/devnum', '7');
    put('sys/class/hidraw/hidraw0; reboot/device/uevent', 'HID_ID=0003:00001209:00000001\nHID_UNIQ=A\n');
    put('sys/class/hidraw/hidraw1/device/uevent', 'HID_ID=0003:00001209:0000000100000001\nHID_UNIQ=A\n');
    expect([usbReaders(machine()), hidReaders(machine())]).toEqual([[], []]);
  });

  test('a serial number that would write to the terminal is none, and a file without end is cut', () => {
    plugIn('\u001b[2J');
    expect([...usbReaders(machine()), ...hidReaders(machine())].map(({ serial }) => serial)).toEqual(['', '']);
    plugIn();
    put(`${USB}/serial`, 'A'.repeat(10_000_000));
    expect(usbReaders(machine()).map(({ serial }) => serial)).toEqual(['']);
  });

  test('a folder with more entries than any machine has devices', () => {
    for (let device = 0; device < 520; device += 1)
      mkdirSync(join(root, `sys/class/hidraw/x${device}`), { recursive: true });
    expect(machine().entries('/sys/class/hidraw')).toHaveLength(512);
  });
});

describe('readers', () => {
  test('a simulated one: what its factory and its maker say of it', async () => {
    await using simulation = await simulate();
    const transport = simulation;
    const device = await simulation.request();
    const findings = await findingsOf(machine(), async () => [{ transport, device }], 'development');
    expect(brief(findings).slice(4)).toEqual([
      `${device.id} ok`,
      `${device.id} certificate warning`,
      `${device.id} firmware ok`,
      `${device.id} configuration ok`,
    ]);
  });

  test('one whose self-test failed, one of another factory, none', async () => {
    const failed = memory(createScriptedReader({ selfTest: 3 }).port);
    const device = await failed.request();
    const [fault] = (await findingsOf(machine(), async () => [{ transport: failed, device }], 'development')).slice(4);
    expect(fault).toMatchObject({ state: 'problem', says: expect.stringContaining('Self-test 3') });
    const transport = memory(createScriptedReader().port);
    const stranger = [new Uint8Array(64).fill(4)];
    const [untrusted] = (await findingsOf(machine(), async () => [{ transport, device }], stranger)).slice(4);
    expect(untrusted).toMatchObject({ state: 'problem', says: expect.stringContaining('link/untrusted') });
    const none = await findingsOf(machine(), async () => [], 'development');
    expect(none.at(-1)).toMatchObject({ check: 'reader', state: 'problem', do: 'Plug a reader in.' });
  });
});
