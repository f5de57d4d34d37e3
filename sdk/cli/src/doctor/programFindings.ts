/**
 * What this program needs of its machine: Node, and the packages that reach USB with the libraries that they need.
 * Floor: cli.
 */
import { type Finding, ok, problem, warning } from './finding.js';
import { type Machine, OTHER_VERSION } from './machine.js';

const NODE_MIN: readonly [major: number, minor: number] = [20, 19];
/** What the transports are written for. */
const VERSIONS = { 'node-hid': 'node-hid@3', usb: 'usb@2' } as const;
/** Shared library → its package in Debian and Fedora. */
const LIBRARIES: Readonly<Record<string, readonly [debian: string, fedora: string]>> = {
  'libusb-1.0.so.0': ['libusb-1.0-0', 'libusb1'],
  'libudev.so.1': ['libudev1', 'systemd-libs'],
};

export async function programFindings(machine: Machine): Promise<readonly Finding[]> {
  const [hid, usb] = await Promise.all([packageFinding(machine, 'node-hid'), packageFinding(machine, 'usb')]);
  // One of them is enough, and node-hid is the one.
  const usbToo: Finding = hid.state === 'ok' && usb.state === 'problem' ? { ...usb, state: 'warning' } : usb;
  return [nodeFinding(machine), hid, usbToo];
}

function nodeFinding({ nodeVersion }: Machine): Finding {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const isNewEnough = major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
  if (isNewEnough) return ok('node', nodeVersion);
  return problem('node', `${nodeVersion} is too old.`, `Install Node ${NODE_MIN.join('.')} or newer.`);
}

async function packageFinding(machine: Machine, name: 'node-hid' | 'usb'): Promise<Finding> {
  try {
    await machine.load(name);
    return ok(name, 'installed, and its libraries are there.');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const library = Object.keys(LIBRARIES).find((one) => why.includes(one));
    if (library !== undefined) return problem(name, `${library} is missing.`, libraryAdvice(library));
    const install = `Install it: npm install ${VERSIONS[name]}`;
    if (why === OTHER_VERSION) return problem(name, 'installed in another version.', install);
    if (/cannot find (package|module)/i.test(why)) return problem(name, 'not installed.', install);
    return warning(name, `does not load: ${why.split('\n', 1)[0]}`, `Install it anew: npm rebuild ${name}`);
  }
}

function libraryAdvice(library: string): string {
  const [debian, fedora] = LIBRARIES[library] ?? ['', ''];
  return `Install the library: apt-get install ${debian}, or dnf install ${fedora}.`;
}
