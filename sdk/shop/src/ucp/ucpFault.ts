/**
 * Why not, as a platform is told: whether it can mend that itself, or the buyer has to come to the site.
 * Source: Universal Commerce Protocol 2026-01-23, checkout REST binding, error responses.   Floor: shop ucp; pure.
 */
import type { ShopError } from '../shopError.js';
import { VERSION } from './meta.js';

const BUYERS: readonly string[] = ['sign-in', 'call-support'];

export function ucpFault(fault: ShopError, origin: string): object {
  const { code, message, recovery } = fault.toJSON().error;
  const isBuyers = BUYERS.includes(recovery);
  const severity = isBuyers ? 'requires_buyer_input' : 'recoverable';
  return {
    ucp: { version: VERSION },
    status: isBuyers ? 'requires_escalation' : 'incomplete',
    messages: [{ type: 'error', code: code.replaceAll('-', '_'), content: message, severity }],
    ...(isBuyers && { continue_url: `${origin}/` }),
  };
}
