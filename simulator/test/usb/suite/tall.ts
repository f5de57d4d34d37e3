/** Sales by readers that run on the host, beside the guest: on the emulated Pico, and behind QEMU's own USB. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { developmentKeys } from '@comptoir/factory/development';
import { connect, money, newKey } from '@comptoir/sdk';
import { nodeHid } from '@comptoir/sdk/transports/nodeHid';
import { slowClock } from '../../../../sdk/test/contract/bench.js';
import { developmentAuthorisers } from '../../../src/world/acquirer/developmentAuthorisers.js';
import { createTestAcquirer } from '../../../src/world/acquirer/testAcquirer.js';
import { descriptorsInKernel } from './descriptors.js';
import { SLOWER_WITH_A_CHIP } from './slower.js';
import { until } from './usbBenches.js';

const HOST_LOOPBACK = '10.0.2.2';
const SEED = 1;

/**
 * The tall case: node-hid → Linux → USB/IP → TinyUSB on the emulated Pico → firmware → the model of its front end → a card.
 * @param port of the host @param serial that the reader should have
 */
export async function payOnTheChip(port: number, serial: string): Promise<void> {
  // Not in this thread's way.
  const usbip = async (...args: readonly string[]): Promise<unknown> => promisify(execFile)('usbip', args);
  await usbip('--tcp-port', String(port), 'attach', '-r', HOST_LOOPBACK, '-b', '1-1');
  await payThere(serial);
  await usbip('detach', '-p', '0');
  await until(async () => (await nodeHid().list()).length === 0);
}

/** node-hid → Linux → QEMU's xHCI → usbredir → a reader. It's plugged in as the guest boots. */
export function payBehindXhci(serial: string): Promise<void> {
  return payThere(serial);
}

async function payThere(serial: string): Promise<void> {
  const clock = slowClock(SLOWER_WITH_A_CHIP);
  const transport = nodeHid({ clock });
  await until(async () => (await transport.list()).length > 0);
  await descriptorsInKernel(serial);
  const acquirer = createTestAcquirer({
    baseDerivationKey: developmentKeys(SEED, serial).baseDerivationKey,
    authorisers: developmentAuthorisers({ nowMs: () => Date.now() }),
    clock,
  });
  const reader = await connect(transport, { clock, trust: 'development', acquirer, timeoutMs: 60_000 });
  assert.equal(reader.info.serial, serial);
  const { status } = await reader.pay({ amount: money(1250, 'EUR'), key: newKey('tall') });
  assert.equal(status, 'approved');
  await reader.close();
}
