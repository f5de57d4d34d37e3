/**
 * `comptoir doctor`: looks at everything between a program and a payment, from below: Node, packages, libraries, rules, nodes, readers.
 * Floor: cli.
 */
import { ReaderError } from '@comptoir/sdk';
import { listReaders } from '../readers.js';
import { EXIT, type ExitCode, type GlobalOptions, outputOf, trustOf } from '../session.js';
import { type Finding, findingLines, problem } from './finding.js';
import { linuxFindings } from './linuxDevices.js';
import { type Machine, machineAt } from './machine.js';
import { programFindings } from './programFindings.js';
import { type FoundReader, readerFindings } from './readerFindings.js';

const OWN_ROOT = '/';

/** @param root another folder than `/`: only its files are looked at */
export async function doctor(options: GlobalOptions, root: string): Promise<ExitCode> {
  const readers = root === OWN_ROOT ? () => listReaders(options.reader) : undefined;
  const findings = await findingsOf(machineAt(root), readers, trustOf(options));
  const isWell = findings.every(({ state }) => state !== 'problem');
  outputOf(options).print({ isWell, findings }, findingLines(findings));
  return isWell ? EXIT.ok : EXIT.failed;
}

/** @param readers undefined: they are not looked for */
export async function findingsOf(
  machine: Machine,
  readers: (() => Promise<readonly FoundReader[]>) | undefined,
  trust: Parameters<typeof readerFindings>[1],
): Promise<readonly Finding[]> {
  const findings = [...(await programFindings(machine))];
  if (machine.platform === 'linux') findings.push(...linuxFindings(machine));
  if (readers === undefined) return findings;
  const found = await readers().catch((error: unknown) => {
    if (error instanceof ReaderError && error.code === 'usage/invalid') throw error;
    // What keeps readers from being found was said above.
    return [];
  });
  // One reader shows itself by HID and by USB: once is enough.
  const once = found.filter(({ device }, at) => found.findIndex((one) => one.device.serial === device.serial) === at);
  for (const one of once) findings.push(...(await readerFindings(one, trust)));
  if (once.length === 0) findings.push(problem('reader', 'none was found.', 'Plug a reader in.'));
  return findings;
}
