/**
 * The counter on one machine: a shop on a database in memory (or where it's told), its site, its till, and a simulated reader with its cards.
 * Everything is on loopback, at free ports.
 * Source: docs/tutorials/open-a-shop.md.   Floor: counter.
 */
import { type AddressInfo, createServer as createNetServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { toHex } from '@comptoir/protocol';
import { systemClock, systemRandom } from '@comptoir/sdk';
import {
  createServer,
  createShop,
  giftBooks,
  newPairingCode,
  openDatabase,
  openGift,
  openSampleShops,
  type Shop,
  startTicking,
  tillPage,
} from '@comptoir/shop';
import { createCard, onlineAccounts, type Simulation } from '@comptoir/simulator';
import type { FastifyInstance } from 'fastify';
import { serveSimulator } from '../../src/serve/controlServer.js';
import { codePage } from './codePage.js';
import { networkSwitch } from './networkSwitch.js';
import { readerAtShop } from './readerAtShop.js';

interface CounterOptions {
  readonly seed: number;
  /** A folder, or `postgres://…`. Default: in memory. */
  readonly database?: string;
  readonly port?: number;
  /** In the addresses; it leads to this machine. Default: 127.0.0.1. */
  readonly hostName?: string;
  /** Where the built till is. */
  readonly tillFolder?: string;
}

export interface Counter extends AsyncDisposable {
  /** Of the shop's server: site, till and API. */
  readonly origin: string;
  readonly site: string;
  /** With a code that pairs it, and the addresses of reader and host: opened once. */
  readonly till: string;
  /** The reader as it is, and its cards. */
  readonly panel: string;
  /** Shows the holder of the dynamic card's account a new sign-in code each time: `codePage.ts`. */
  readonly account: string;
  /** The same for a program. */
  showCode(): string;
  /** Of the gift card that is on the dynamic card: what is typed in on the site. */
  readonly giftCode: string;
  /** Switches the network of the shop off, and on again: `networkSwitch.ts`. */
  readonly network: string;
  /** Name of the shop, in addresses. */
  readonly shopName: string;
  readonly readerUrl: string;
  readonly acquirerUrl: string;
  readonly shop: Shop;
  readonly server: FastifyInstance;
  readonly simulation: Simulation;
  /** Another till's. */
  pairingCode(): Promise<string>;
  close(): Promise<void>;
}

const TOKEN_BYTES = 16;
const TILL_FOLDER: string = fileURLToPath(new URL('../../../sdk/till/dist/page', import.meta.url));
const SHOP = 'halles';
const MERCHANT = 'COMPTOIR-DEV-01';
/** What the issuer calls the gift of the dynamic card, and what it's worth in the beginning. */
const GIFT_ON_CARD = '1';
const GIFT_MINOR = 2500;
/** Whatever the seed: a folder that was begun with another one has the same card. */
const GIFT_CODE = 'XX7R7CFM5VV3H16B';

export async function openCounter({
  seed,
  database,
  port = 0,
  hostName = '127.0.0.1',
  tillFolder = TILL_FOLDER,
}: CounterOptions): Promise<Counter> {
  const token = toHex(systemRandom(TOKEN_BYTES));
  // Making its keys takes a while, and everything here is one process: better now than while a customer waits.
  createCard('dynamic', { seed: `${seed}/dynamic` }).powerOn('contactless');
  const opened = await openDatabase(database);
  const books = giftBooks({ database: opened, clock: systemClock, random: systemRandom }, SHOP);
  const control = await serveSimulator({ port: 0, token, giftBooks: books });
  const { simulation, till } = await control.readers.create({ seed, clock: 'real' });
  const { authorisers, clock } = simulation;
  const { acquirer } = till;
  const accounts = onlineAccounts({ authorisers, acquirers: { [MERCHANT]: acquirer }, seed, nowMs: () => clock.now() });
  const shop = createShop({ database: opened, accounts });
  await openSampleShops(shop);
  await shop.change(SHOP, (work) => openGift(work, { code: GIFT_CODE, amount: GIFT_MINOR, card: GIFT_ON_CARD }));
  await shop.tick();
  const free = port === 0 ? await freePort() : port;
  const origin = `http://${hostName}:${free}`;
  const server = await createServer(shop, {
    origin,
    // One machine is all the customers, and the till.
    requestsMax: 100_000,
    attemptsMax: 1_000,
    more(inner) {
      tillPage(inner, tillFolder);
      networkSwitch(inner, token);
      codePage(inner, token, {
        showCode: accounts.showCode,
        giftCode: GIFT_CODE,
        balance: () => books.balance(GIFT_ON_CARD),
      });
      readerAtShop(inner, { token, origin, reader: simulation, acquirer });
    },
  });
  await server.listen({ port: free, host: '127.0.0.1' });
  const stopTicking = startTicking(shop);
  const readerUrl = `ws://${hostName}:${free}/${token}/reader`;
  const acquirerUrl = `${origin}/${token}/acquirer`;
  const pairingCode = (): Promise<string> => newPairingCode(shop, SHOP);
  const given = new URLSearchParams({
    reader: readerUrl,
    acquirer: acquirerUrl,
    shop: origin,
    pair: await pairingCode(),
  });

  async function close(): Promise<void> {
    await stopTicking();
    await server.close();
    await control.close();
    await opened.close();
  }
  return {
    origin,
    site: `${origin}/s/${SHOP}`,
    till: `${origin}/till/#${given}`,
    // With the card of this counter first in the tray.
    panel: `${control.url}/#dynamic`,
    account: `${origin}/${token}/account`,
    network: `${origin}/${token}/network`,
    showCode: accounts.showCode,
    giftCode: GIFT_CODE,
    shopName: SHOP,
    readerUrl,
    acquirerUrl,
    shop,
    server,
    simulation,
    pairingCode,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createNetServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
