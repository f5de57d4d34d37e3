/** Accounts of an issuer that answers at once, or not at all: codes are `CODE-NAME`, and each holder has so much. */
import type { AccountPaid, OnlineAccounts } from '../src/accounts.js';

export interface TestAccounts extends OnlineAccounts {
  /** What went out of each account, by key. */
  readonly charges: Map<string, { readonly holder: string; readonly minor: number }>;
  /** The next payment is taken and its answer is lost. */
  losesAnswer: boolean;
  left: number;
}

export function testAccounts(): TestAccounts {
  const used = new Set<string>();
  const accounts: TestAccounts = {
    charges: new Map(),
    losesAnswer: false,
    left: 100_000,
    async signIn(merchant, code) {
      const [, holder] = /^CODE-([A-Z]+)-\d+$/.exec(code) ?? [];
      if (holder === undefined || used.has(code)) return { ok: false };
      used.add(code);
      const name = Buffer.from(`${merchant}/${holder}`).toString('hex').toUpperCase();
      return {
        ok: true,
        holder: {
          accountToken: name.padEnd(64, '0').slice(0, 64),
          references: [name.slice(-16)],
          label: `ACCOUNT ${holder}`,
          authority: `secret of ${holder}`,
        },
      };
    },
    async pay({ key, authority, amount }) {
      const holder = authority.replace('secret of ', '');
      if (!accounts.charges.has(key) && amount.minor > accounts.left) return { kind: 'declined', reason: 'FUNDS' };
      if (!accounts.charges.has(key)) {
        accounts.charges.set(key, { holder, minor: amount.minor });
        accounts.left -= amount.minor;
      }
      if (accounts.losesAnswer) throw new Error('the answer was lost');
      return approved(key);
    },
    status: async (_, key) => (accounts.charges.has(key) ? approved(key) : null),
  };
  return accounts;
}

function approved(key: string): AccountPaid {
  return { kind: 'approved', authorisationCode: key.slice(-6) };
}
