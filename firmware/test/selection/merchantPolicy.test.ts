/** What a merchant says, and what a reader does that was told nothing. */
import { NO_BYTES, STATUS } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { policyMessage } from '../../../sdk/src/basket/policy.js';
import { developmentConfiguration } from '../../../simulator/src/index.js';
import { loadConfiguration } from '../../src/commands/configuration/configuration.js';
import { loadPolicy, merchantPolicy, type Order } from '../../src/commands/shared/order.js';
import { pki } from '../commands/checkout/checkoutTill.js';
import { FakeBoard } from '../fakeBoard.js';

const board = new FakeBoard();
board.configurationBytes = developmentConfiguration(pki);
const configuration = loadConfiguration(board);
if (configuration === undefined) throw new Error('no configuration');
const newOrder = (): Order => ({ baskets: new Map(), policy: undefined, policyHash: NO_BYTES });

test('a policy that says nothing is that of a reader which was given none', () => {
  const order = newOrder();
  const untold = merchantPolicy(order, configuration, 'EUR');
  expect(loadPolicy(order, policyMessage({}), NO_BYTES, 1)).toMatchObject({ kind: 'accepted' });
  expect(order.policy).toBeDefined();
  expect(merchantPolicy(order, configuration, 'EUR')).toEqual(untold);
});

test('coupons in a way that nobody knows are refused, and the policy before stays', () => {
  const order = newOrder();
  loadPolicy(order, policyMessage({ region: 'EEA' }), NO_BYTES, 1);
  const unknown = { ...policyMessage({ region: 'US' }), couponPolicy: 3 };
  expect(loadPolicy(order, unknown, NO_BYTES, 1)).toMatchObject({ status: STATUS.messageRefused });
  expect(merchantPolicy(order, configuration, 'EUR').region).toBe('EEA');
});
