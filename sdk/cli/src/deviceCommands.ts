/**
 * `comptoir list | watch | wink | doctor`: which readers there are, and what is wrong with them.
 * Source: docs/reference/sdk.md.   Floor: cli.
 */

import type { DeviceChange, Reader } from '@comptoir/sdk';
import type { Command } from 'commander';
import { doctor } from './doctor/doctor.js';
import { UDEV_RULES } from './doctor/udevRules.js';
import { listReaders, watchable } from './readers.js';
import { EXIT, type ExitCode, type GlobalOptions, interruptible, outputOf, withReader } from './session.js';

export function addDeviceCommands(
  program: Command,
  optionsNow: () => GlobalOptions,
  exitWith: (code: ExitCode) => void,
): void {
  program
    .command('list')
    .description('list the readers that there are')
    .action(async () => exitWith(await list(optionsNow())));

  program
    .command('watch')
    .description('tell when readers come and go, until Ctrl-C or the end of --timeout')
    .action(async () => exitWith(await watch(optionsNow())));

  program
    .command('wink')
    .description('have the reader show which one it is')
    .action(async () =>
      exitWith(
        await withReader(optionsNow(), async ({ reader, operation, print }) => {
          await reader.wink(operation);
          print({ winked: reader.info.serial }, [`${reader.info.serial} shows itself`]);
          return EXIT.ok;
        }),
      ),
    );

  program
    .command('doctor')
    .description('find out what keeps a reader from working, and what to do about it')
    .option('--rules', 'print the udev rules, for /etc/udev/rules.d/70-comptoir.rules')
    .option('--root <folder>', 'look at the /sys, /dev and /etc in this folder, and at no reader itself', '/')
    .action(async ({ rules, root }: { readonly rules?: true; readonly root: string }) => {
      if (rules) process.stdout.write(UDEV_RULES);
      exitWith(rules ? EXIT.ok : await doctor(optionsNow(), root));
    });
}

async function list(options: GlobalOptions): Promise<ExitCode> {
  const devices = (await listReaders(options.reader)).map(({ device }) => device);
  const lines = devices.map(({ id, model }) => (model === '' ? id : `${id}  ${model}`));
  outputOf(options).print(devices, lines.length === 0 ? ['no reader'] : lines);
  return devices.length === 0 ? EXIT.failed : EXIT.ok;
}

/** One line, or one JSON object a line, for each change. */
async function watch(options: GlobalOptions): Promise<ExitCode> {
  const { print } = outputOf(options);
  const tell = ({ type, device }: DeviceChange): void => print({ type, device }, [`${type} ${device.id}`]);
  const where = watchable(options.reader);
  if (where === undefined) return withReader(options, ({ reader, operation }) => watchOne(reader, tell, operation));
  return interruptible(options, async (left) => {
    for await (const change of where.transport.watch(left())) if (where.isMeant(change.device)) tell(change);
    return EXIT.ok;
  });
}

/** Of a reader behind an address, the end of its link is that it's gone. */
async function watchOne(
  reader: Reader,
  tell: (change: DeviceChange) => void,
  options: Parameters<Reader['events']>[0],
): Promise<ExitCode> {
  const { info: device } = reader;
  for await (const event of reader.events(options)) {
    if (event.type !== 'link') continue;
    if (event.state === 'ready') tell({ type: 'attached', device });
    if (event.state === 'gone') tell({ type: 'detached', device });
  }
  return EXIT.ok;
}
