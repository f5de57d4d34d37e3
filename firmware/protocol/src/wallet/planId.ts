/**
 * DF77, the sale's key: what card, host and authorisers call a sale. A tap may have to plan anew, when an authoriser refuses what the
 * plan counted on: the plans of a tap differ in the last byte, and only the last of them is paid.
 *
 *   offset  size  sale key
 *   0       15    random, of the tap
 *   15      1     number of the plan, from 0
 *
 * Source: docs/reference/wallet-applet.md, DF77; decision 81.   Floor: protocol.
 */
import { equalBytes } from '../bytes/bytes.js';
import { SALE_KEY_BYTES } from './walletApplications.js';

const PLAN_AT: number = SALE_KEY_BYTES - 1;

/** @param tap 16 bytes; the last doesn't count @param plan from 0, below 256 @returns 16 bytes, new */
export function planIdOfPlan(tap: Uint8Array, plan: number): Uint8Array {
  const planId = tap.slice();
  planId[PLAN_AT] = plan;
  return planId;
}

/** @param planId 16 bytes */
export function planOf(planId: Uint8Array): number {
  return planId[PLAN_AT] ?? 0;
}

/** @param planId 16 bytes @returns the 15 bytes that all plans of the tap share; a view */
export function tapOf(planId: Uint8Array): Uint8Array {
  return planId.subarray(0, PLAN_AT);
}

/** True when `earlier` is a plan that its tap gave up for `planId`: nothing of it may stay reserved. */
export function isGivenUpFor(earlier: Uint8Array, planId: Uint8Array): boolean {
  return equalBytes(tapOf(earlier), tapOf(planId)) && planOf(earlier) < planOf(planId);
}
