/**
 * How the issuer of a test card decides: it is the card that says so, never the amount.
 * Floor: simulator world.
 */
import type { ScriptName } from './emv/issuerScripts.js';

export interface IssuerBehaviour {
  /** `refer`: the shop should call. `partial`: half of the amount. `expired`: declined, with that reason. */
  readonly decision: 'approve' | 'decline' | 'refer' | 'partial' | 'expired';
  /** `late`: after 20 seconds. `silent`: never. Default: at once. */
  readonly answers?: 'late' | 'silent';
  /** The card gets an ARPC with one bit changed. */
  readonly hasWrongResponse?: boolean;
  /** `newLimits`: the offline limits 1 and 2. `blockApplication`, `blockCard`. `wrongMac`: new limits, with one bit of their MAC changed. */
  readonly script?: ScriptName;
}

/** How a card that nobody knows is treated. */
export const APPROVES: IssuerBehaviour = { decision: 'approve' };
