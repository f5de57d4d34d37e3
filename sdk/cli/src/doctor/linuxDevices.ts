/**
 * Readers as Linux has them: the USB devices and the HID nodes, and who may open which.
 * Source: Linux, Documentation/ABI/testing/sysfs-bus-usb, sysfs-driver-hid.   Floor: cli.
 */
import { USB_DEVICE } from '@comptoir/protocol/usb';
import { type Finding, ok, problem, warning } from './finding.js';
import type { Machine } from './machine.js';
import { INSTALL_COMMAND, RULES_FILE, UDEV_RULES } from './udevRules.js';

export interface LinuxReader {
  readonly serial: string;
  /** `/dev/bus/usb/001/002` or `/dev/hidraw0` */
  readonly node: string;
}

/** In which udev looks, the first that has a file of a name counts. */
const RULES_FOLDERS: readonly string[] = [
  '/etc/udev/rules.d',
  '/run/udev/rules.d',
  '/usr/local/lib/udev/rules.d',
  '/usr/lib/udev/rules.d',
  '/lib/udev/rules.d',
];
const USB_FOLDER = '/sys/bus/usb/devices';
const HIDRAW_FOLDER = '/sys/class/hidraw';
const NODE_DIGITS = 3;
const INSTALL_RULES = `Install the rules: ${INSTALL_COMMAND}`;

export function usbReaders(machine: Machine): readonly LinuxReader[] {
  return machine.entries(USB_FOLDER).flatMap((name) => {
    const field = (file: string): string => machine.text(`${USB_FOLDER}/${name}/${file}`) ?? '';
    if (!isId(field('idVendor'), USB_DEVICE.vendorId) || !isId(field('idProduct'), USB_DEVICE.productId)) return [];
    const [bus, device] = [field('busnum'), field('devnum')];
    if (!/^\d{1,3}$/.test(bus) || !/^\d{1,3}$/.test(device)) return [];
    const node = `/dev/bus/usb/${bus.padStart(NODE_DIGITS, '0')}/${device.padStart(NODE_DIGITS, '0')}`;
    return [{ serial: printable(field('serial')), node }];
  });
}

export function hidReaders(machine: Machine): readonly LinuxReader[] {
  return machine.entries(HIDRAW_FOLDER).flatMap((name) => {
    if (!/^hidraw\d{1,4}$/.test(name)) return [];
    const uevent = machine.text(`${HIDRAW_FOLDER}/${name}/device/uevent`) ?? '';
    const field = (key: string): string => new RegExp(`^${key}=(.*)$`, 'm').exec(uevent)?.[1] ?? '';
    const [, vendor = '', product = ''] = field('HID_ID').split(':');
    if (!isId(vendor, USB_DEVICE.vendorId) || !isId(product, USB_DEVICE.productId)) return [];
    return [{ serial: printable(field('HID_UNIQ')), node: `/dev/${name}` }];
  });
}

function isId(text: string, id: number): boolean {
  return /^[0-9a-fA-F]{4,8}$/.test(text) && Number.parseInt(text, 16) === id;
}

/** The rules, then each reader: is it all there, and may it be opened? */
export function linuxFindings(machine: Machine): readonly Finding[] {
  const [usb, hid] = [usbReaders(machine), hidReaders(machine)];
  const areClosed = [...usb, ...hid].some(({ node }) => !machine.mayOpen(node));
  return [
    rulesFinding(machine, areClosed),
    ...usb.map((reader) => nodeFinding(machine, 'usb', reader)),
    ...hid.map((reader) => nodeFinding(machine, 'hid', reader)),
    ...usb.filter(({ serial }) => !hid.some((one) => one.serial === serial)).map(withoutHid),
  ];
}

function rulesFinding(machine: Machine, areClosed: boolean): Finding {
  const folder = RULES_FOLDERS.find((one) => machine.isThere(`${one}/${RULES_FILE}`));
  if (folder === undefined) {
    const says = `${RULES_FILE} is in no folder of udev.`;
    return areClosed ? problem('rules', says, INSTALL_RULES) : warning('rules', says, INSTALL_RULES);
  }
  const path = `${folder}/${RULES_FILE}`;
  if (machine.text(path) === UDEV_RULES.trim()) return ok('rules', path);
  return warning('rules', `${path} is not what this version brings.`, INSTALL_RULES);
}

function nodeFinding(machine: Machine, kind: 'usb' | 'hid', { serial, node }: LinuxReader): Finding {
  const check = `${kind}:${serial === '' ? node : serial}`;
  if (serial === '')
    return problem(check, 'The reader tells no serial number.', 'Give the reader a serial number, as its maker does.');
  if (!machine.isThere(node)) return problem(check, `${node} is not there.`, 'Unplug the reader and plug it in.');
  if (machine.mayOpen(node)) return ok(check, `${node} may be opened.`);
  const next = `${INSTALL_RULES}; then unplug the reader and plug it in. Or work as a user of the group plugdev.`;
  return problem(check, `${node} may not be opened by this user.`, next);
}

function withoutHid({ serial }: LinuxReader): Finding {
  return warning(
    `hid:${serial}`,
    'The kernel has no HID node for this reader: another program took the interface, or the module is missing.',
    'Load the modules usbhid and hid-generic, or close the program that has the HID interface.',
  );
}

/** Empty for what no terminal should be shown: no reader has such a serial number. */
function printable(told: string): string {
  return /^[\x20-\x7e]{0,126}$/.test(told) ? told : '';
}
