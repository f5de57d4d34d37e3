/**
 * Sales that take a basket, whole: what a session is given to have them.
 * Floor: session.
 */
import type { CheckoutCommands } from '../sessionContext.js';
import { checkout } from './checkout.js';
import { completeCheckout } from './completeCheckout.js';
import { loadPolicy, takeLines } from './order.js';

export const basketSale: CheckoutCommands = { checkout, loadPolicy, takeLines, complete: completeCheckout };
