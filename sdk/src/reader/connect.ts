/**
 * From a transport to a reader: opens the device, asks for a channel, asks who it is, and has that proven.
 * Source: docs/reference/sdk.md.   Floor: sdk reader.
 */
import { INIT_NONCE_BYTES, SELF_TESTS, toHex } from '@comptoir/protocol';
import { type Channel, createChannel } from '../link/channel.js';
import { type Link, openLink } from '../link/link.js';
import type { ReaderLink } from '../link/session/session.js';
import type { CallOptions, DeviceInfo, Transport } from '../link/transport.js';
import { timeoutOf, wholeTimeout } from '../operation/callOptions.js';
import { createEventHub, type EventHub } from '../operation/eventHub.js';
import { createOperator, type Operator } from '../operation/operate.js';
import type { Acquirer } from '../payment/acquirer.js';
import { lookup } from '../payment/lookup.js';
import type { Choose } from '../payment/read.js';
import { type Clock, systemClock } from '../values/clock.js';
import { type Bounds, within } from '../values/deadline.js';
import { keyFrom, paymentIdOf } from '../values/key.js';
import { LinkFault, readerErrorOf } from '../values/linkFault.js';
import { systemRandom } from '../values/random.js';
import { configurationIn } from './configuration/configurationIn.js';
import { createConfigure } from './configuration/configure.js';
import { type ConnectOptions, checkConnect } from './connectOptions.js';
import { createReaderFirmware } from './firmware/readerFirmware.js';
import type { Reader, ReaderInfo } from './reader.js';
import { createReaderPay, loadPayWork } from './readerPay.js';
import { createReaderSeldom } from './readerSeldom.js';

const CONNECT_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 5_000;
const SHORT_TIMEOUT_MS = 10_000;
const LOOKUP_TIMEOUT_MS = 30_000;

/**
 * Connects to a reader. Default timeout: 10 s.
 * @throws ReaderError; nothing was charged and nothing stays open
 */
export async function connect(transport: Transport, options: ConnectOptions = {}): Promise<Reader> {
  checkConnect(transport, options);
  const { clock = systemClock, random = systemRandom, protocolVersion = 2, traced } = options;
  const trust = protocolVersion === 1 ? undefined : options.trust;
  const newTraceId = (): string => toHex(random(INIT_NONCE_BYTES));
  let link: Link | undefined;
  try {
    const bounds: Bounds = { deadlineMs: clock.now() + timeoutOf(options, CONNECT_TIMEOUT_MS), signal: options.signal };
    const hub = createEventHub(clock);
    const device = options.device ?? (await findDevice(transport, clock, bounds));
    const open = (within: Bounds): Promise<Link> =>
      openDevice(transport, device, clock, within, ({ code }) => {
        if (hub.state !== 'gone' && !operator.survivesLoss) hub.emit({ type: 'link', state: 'gone', reason: code });
      });
    const operator: Operator = createOperator({
      channel: () => channel,
      clock,
      hub,
      newTraceId,
      utcOffsetMinutes: options.utcOffsetMinutes ?? 0,
    });
    link = await open(bounds);
    const channel = createChannel({ link, openAgain: open, clock, random, trust, traced });
    const told = await channel.info(bounds);
    if (told.selfTest !== 0) {
      const recovery = { do: 'call-support', message: 'Take the reader out of service.' } as const;
      const name = SELF_TESTS[told.selfTest - 1] ?? 'not known here';
      throw new LinkFault('reader/fault', `Self-test ${told.selfTest} of the reader failed: ${name}.`, { recovery });
    }
    await channel.secure(bounds);
    // A device that was found by its place may be another reader by now.
    if (device.serial !== '' && told.serial !== device.serial)
      throw new LinkFault('link/not-found', `Reader ${told.serial} is there, and not ${device.serial}.`);
    return createReader({ device, hub, operator, channel, clock, acquirer: options.acquirer });
  } catch (error) {
    link?.lose(new LinkFault('link/lost'));
    throw readerErrorOf(error, 'no', newTraceId());
  }
}

function findDevice(transport: Transport, clock: Clock, bounds: Bounds): Promise<DeviceInfo> {
  const timeoutMs = wholeTimeout(bounds.deadlineMs - clock.now());
  return within(clock, bounds, (signal) => transport.request({ signal, timeoutMs }));
}

function openDevice(
  transport: Transport,
  device: DeviceInfo,
  clock: Clock,
  bounds: Bounds,
  onLost: (fault: LinkFault) => void,
): Promise<Link> {
  const timeoutMs = wholeTimeout(bounds.deadlineMs - clock.now());
  return within(clock, bounds, (signal) =>
    openLink(async (handlers) => {
      const connection = await transport.open(device, handlers, { signal, timeoutMs });
      if (signal.aborted) await connection.close();
      return connection;
    }, onLost),
  );
}

interface ReaderParts {
  readonly device: DeviceInfo;
  readonly hub: EventHub;
  readonly operator: Operator;
  readonly channel: Channel;
  readonly clock: Clock;
  readonly acquirer: Acquirer | undefined;
}

function createReader({ device, hub, operator, channel, clock, acquirer }: ReaderParts): Reader {
  const close = async (options: CallOptions = {}): Promise<void> => {
    const bounds: Bounds = { deadlineMs: clock.now() + timeoutOf(options, CLOSE_TIMEOUT_MS), signal: options.signal };
    await within(clock, bounds, () => operator.drain()).catch(() => {});
    await channel.end(bounds).catch(() => {});
    if (hub.state !== 'gone') hub.emit({ type: 'link', state: 'gone', reason: 'closed' });
    channel.link.lose(new LinkFault('link/lost', 'The reader was closed.'));
    await within(clock, bounds, () => channel.link.close()).catch(() => {});
  };
  const info = (): ReaderInfo => {
    const { told } = channel;
    const { serial, model, firmware } = told ?? device;
    const configuration = told && configurationIn(told);
    return {
      ...device,
      serial,
      model,
      firmware,
      ...(configuration !== undefined && { configuration }),
      ...(told?.languages !== undefined && { languages: told.languages.match(/../g) ?? [] }),
    };
  };
  let chosen: Parameters<Choose>[0] | undefined;
  const takeChoice = (): typeof chosen => {
    const choice = chosen;
    chosen = undefined;
    return choice;
  };
  const choose: Choose = (choice) => {
    chosen = choice;
  };
  return {
    get info() {
      return info();
    },
    get link() {
      // There is no reader before the first session.
      return channel.secured as ReaderLink;
    },
    get state() {
      return hub.state;
    },
    events: (options) => hub.events(options),
    pay: createReaderPay(operator, acquirer, () => info().serial, takeChoice),
    lookup: async (key, options = {}) => {
      // A till that never took a basket may do without.
      const work = await loadPayWork().catch(() => undefined);
      return operator.operate(
        {
          name: () => `lookup ${paymentIdOf(key)}`,
          timeoutMs: LOOKUP_TIMEOUT_MS,
          charged: () => 'maybe',
          check: () => void keyFrom(key),
        },
        options,
        (operation) => lookup(operation, acquirer, key, work?.BASKET_PART, options.ends),
      );
    },
    ...createReaderSeldom(operator, choose, () => void takeChoice()),
    configure: createConfigure(operator),
    wink: (options = {}) =>
      operator.operate(
        { name: () => 'wink', timeoutMs: SHORT_TIMEOUT_MS, charged: () => 'no', check() {} },
        options,
        (operation) => operation.wink(),
      ),
    firmware: createReaderFirmware(operator),
    close,
    [Symbol.asyncDispose]: () => close(),
  };
}
