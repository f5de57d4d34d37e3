/** Who may open the reader: without the rules nobody but root, with them whoever they name. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
const RULES = 'sdk/cli/udev/70-comptoir.rules';
const INSTALLED = '/etc/udev/rules.d/70-comptoir.rules';

/** @param group that the rules name */
export async function openedByAnybody(transport: string, group: string): Promise<void> {
  rmSync(INSTALLED, { force: true });
  await triggered();
  const refused = await opened(transport);
  assert.match(refused, /^refused link\/denied: .*udev/);
  copyFileSync(RULES, INSTALLED);
  await triggered();
  assert.match(await opened(transport, group), /^opened SIM/);
  rmSync(INSTALLED);
}

/** As nobody, of the group when it's given. */
async function opened(transport: string, group = 'nogroup'): Promise<string> {
  const program = `${import.meta.dirname}/open.js`;
  const as = ['--reuid=nobody', `--regid=${group}`, '--clear-groups'];
  const { stdout } = await run('setpriv', [...as, process.execPath, program, transport]);
  return stdout.trim();
}

async function triggered(): Promise<void> {
  await run('udevadm', ['control', '--reload']);
  await run('udevadm', ['trigger', '--action=add']);
  await run('udevadm', ['settle', '-t', '60']);
}
