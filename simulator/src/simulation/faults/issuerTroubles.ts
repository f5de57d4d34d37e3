/**
 * Issuers that decide otherwise than their card or their ledger says.
 * Floor: simulator simulation.
 */
import { KIND_ACCOUNT, KIND_BANK, KIND_COUPON, KIND_GIFT, KIND_LOYALTY } from '@comptoir/protocol/wallet';
import type { IssuerFault } from './fault.js';

export interface IssuerTroubles {
  inject(fault: IssuerFault): void;
  /** How the issuer of this profile decides now, once. @param kind KIND_… @returns undefined: as it always does */
  overruled(kind: number): IssuerFault['decides'] | undefined;
}

const KINDS: Readonly<Record<IssuerFault['of'], number>> = {
  bank: KIND_BANK,
  account: KIND_ACCOUNT,
  gift: KIND_GIFT,
  coupon: KIND_COUPON,
  loyalty: KIND_LOYALTY,
};

export function createIssuerTroubles(): IssuerTroubles {
  let troubles: readonly IssuerFault[] = [];
  return {
    inject({ times = 1, ...fault }) {
      troubles = [...troubles, ...new Array<IssuerFault>(times).fill(fault)];
    },
    overruled(kind) {
      const trouble = troubles.find(({ of }) => KINDS[of] === kind);
      troubles = troubles.filter((one) => one !== trouble);
      return trouble?.decides;
    },
  };
}
