/**
 * `reader`: a simulated reader for other processes, until the command is told to end.
 * Floor: simulator cli.
 */
import { PROMPT, toHex } from '@comptoir/protocol';
import { systemRandom } from '@comptoir/sdk';
import type { Command } from 'commander';
import { realClock } from '../machine/clock.js';
import { type ControlServer, serveSimulator } from '../serve/controlServer.js';
import { watchable } from '../serve/servedReaders.js';
import { type Simulation, serialOf, simulate } from '../simulation/simulate.js';
import { UsageError } from '../trials/usageError.js';
import { serveReader } from '../wires/webSocketServer.js';
import type { PresentedCard } from '../world/cards/presentedCard.js';
import { saveAcquirerKeys } from './acquirerKeys.js';
import type { Surroundings } from './surroundings.js';
import { cardFrom, EXIT, targetFrom, wholeNumberFrom } from './usage.js';
import { type ServedCable, serveCable, type WireOptions, wireFrom } from './usbWires.js';

const PORT_MAX = 65_535;
const TOKEN_BYTES = 16;

interface ReaderOptions extends WireOptions {
  readonly ws?: string;
  readonly card?: string;
  readonly target: string;
  readonly seed: string;
  readonly acquirerKeys?: string;
  readonly page?: true;
  readonly json?: true;
}

export function addReaderCommand(program: Command, around: Surroundings): void {
  const { out, err, exit, ended, worker } = around;
  program
    .command('reader')
    .description('a simulated reader for other processes, on loopback, with a test acquirer')
    .option('--ws <port>', 'port of the WebSocket, 0 for any')
    .option('--usb [port]', 'a USB device, by USB/IP at this port of loopback; attached to this machine when it may')
    .option('--no-attach', 'only the USB/IP server, for a root who attaches it elsewhere')
    .option('--uhid', 'a HID device of this machine, by /dev/uhid')
    .option('--usbredir <socket>', "a USB device in a guest of QEMU's, by its device usb-redir at this Unix socket")
    .option(
      '--card <card>',
      'presented whenever a card is asked for: a name, see `card list`, or a path, see `card new`',
    )
    .option('--target <name>', 'node, quickjs or pico', 'quickjs')
    .option('--seed <number>', 'of the keys and the cards', '1')
    .option('--acquirer-keys <file>', "writes the keys of the seed's acquirer, which open its envelopes")
    .option('--page', 'a page that shows the reader, in a browser of this machine')
    .option('--json', 'the addresses as one JSON object')
    .action(async (options: ReaderOptions) => {
      around.awaitsEnd?.();
      const wire = wireFrom(options);
      if (wire === undefined && options.ws === undefined)
        throw new UsageError('Say how the reader is reached: --ws PORT, --usb, --uhid or --usbredir SOCKET.');
      const port = wholeNumberFrom('The port', options.ws ?? '0', PORT_MAX);
      const seed = wholeNumberFrom('The seed', options.seed, Number.MAX_SAFE_INTEGER);
      const card = options.card === undefined ? undefined : cardFrom(options.card);
      const target = targetFrom(options.target);
      const keySeed = card?.seedOf(seed) ?? seed;
      if (options.acquirerKeys !== undefined) saveAcquirerKeys(options.acquirerKeys, keySeed, seed);
      let prompted: (prompt: number) => void = () => undefined;
      /** The firmware ended, or somebody ended the reader on its page. */
      const over = new AbortController();
      const watch = options.page === true ? watchable() : undefined;
      await using reader = await simulate({
        seed: keySeed,
        serial: serialOf(seed),
        target,
        clock: realClock,
        ...(watch?.options ?? { record: false }),
        prompted: (prompt) => prompted(prompt),
        failed: () => over.abort(),
      });
      card?.introduce(reader.authorisers);
      if (card !== undefined) prompted = presenting(card, reader);
      const token = toHex(systemRandom(TOKEN_BYTES));
      const server = await serveReader({ port, token, reader, acquirer: reader.acquirer }).catch(portRefused(port));
      let page: ControlServer | undefined;
      let cable: ServedCable | undefined;
      let lost: Error | undefined;
      try {
        const { url, acquirerUrl } = server;
        const { serial, firmwareSha256 } = reader;
        page = watch && (await serveSimulator({ port: 0, token: toHex(systemRandom(TOKEN_BYTES)) }));
        const about = { serial, target, seed, clock: 'real', url, acquirerUrl } as const;
        if (watch !== undefined) page?.readers.adopt(reader, about, watch, async () => over.abort());
        cable = wire === undefined ? undefined : await serveCable(reader.usb(), wire, worker, err);
        cable?.lost.then((fault) => {
          lost = fault;
          over.abort();
        });
        out(
          options.json
            ? JSON.stringify({
                url,
                acquirerUrl,
                serial,
                target,
                firmware: { sha256: firmwareSha256 },
                ...(page && { page: page.url }),
                ...cable?.told,
              })
            : [
                `reader   ${url}`,
                ...(cable === undefined ? [] : [cable.text]),
                `acquirer ${acquirerUrl}`,
                ...(page === undefined ? [] : [`page     ${page.url}/`]),
                `serial   ${serial}`,
                `firmware SHA-256 ${firmwareSha256}, ${target}`,
              ].join('\n'),
        );
        await aborted(AbortSignal.any([ended, over.signal]));
      } finally {
        await page?.close();
        await cable?.close();
        await server.close();
      }
      const fault = reader.fault();
      if (fault !== undefined) err(String(fault.cause ?? fault));
      if (lost !== undefined) err(`The wire of the reader ended: ${lost.message}`);
      exit(fault === undefined && lost === undefined ? EXIT.well : EXIT.failed);
    });
}

/** Only the system refuses a port: another one has it, or it's not for everyone. */
function portRefused(port: number): (fault: unknown) => never {
  return (fault) => {
    const code = fault instanceof Error && 'code' in fault ? fault.code : undefined;
    if (code === 'EADDRINUSE') throw new UsageError(`The port ${port} is taken. 0 takes any that is free.`);
    if (code === 'EACCES') throw new UsageError(`The port ${port} is not allowed. 0 takes any that is free.`);
    throw fault;
  };
}

/** Presents the card when a card is asked for, takes it away when nothing is asked any more. */
function presenting({ card, interface: has }: PresentedCard, reader: Simulation): (prompt: number) => void {
  let isPresented = false;
  return (prompt) => {
    if (prompt === 0 || prompt === PROMPT.removeCard) {
      reader.lift();
      isPresented = false;
    } else if (
      !isPresented &&
      (prompt === PROMPT.presentCard || prompt === PROMPT.insertCard || prompt === PROMPT.tryAgain)
    ) {
      const insert = has === 'contact' || (has === 'both' && prompt === PROMPT.insertCard);
      if (insert) reader.insert(card);
      else reader.tap(card);
      isPresented = true;
    }
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
