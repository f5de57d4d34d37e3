import { NO_BYTES, toHex } from '@comptoir/protocol';
import { expect, test } from 'vitest';
import { createCard } from '../../../src/world/cards/catalogue.js';
import { type AuthenticationMethod, describeCards } from '../../../src/world/cards/describeCards.js';
import { authenticate } from './cardsAuthentication.js';
import * as terminal from './cardsTerminal.js';

/** What goes wrong on a card with this flaw, by the method. */
const faults: Readonly<Record<string, Readonly<Partial<Record<AuthenticationMethod, string>>>>> = {
  issuerCertificate: { CDA: 'issuer format', fDDA: 'issuer format' },
  otherCardNumber: { CDA: 'icc number', fDDA: 'icc number' },
  staticData: { SDA: 'static hash', CDA: 'icc hash', fDDA: 'icc hash' },
  dynamicSignature: { CDA: 'dynamic format', fDDA: 'dynamic format' },
  otherAmount: { CDA: 'transaction hash', fDDA: 'dynamic hash' },
  expiredCertificates: { CDA: 'issuer expired', fDDA: 'issuer expired' },
  unknownAuthority: { CDA: 'no authority key', fDDA: 'no authority key' },
};

for (const { name, interfaces, applications, flaw } of describeCards()) {
  for (const on of interfaces) {
    for (const { aid, authentication } of applications) {
      const method = authentication[on] ?? 'none';
      const isOffline = name === 'declined-offline' || name === 'locked-phone';
      test(`${name} ${aid} ${on}: ${method}`, () => {
        const card = createCard(name, { seed: 1 });
        const reading = terminal.readApplication(card, on, aid);
        if (isOffline && method === 'fDDA') {
          expect(toHex(reading.values.get(0x9f27) ?? NO_BYTES)).toBe('00');
          expect(reading.values.has(0x94)).toBe(false);
          return;
        }
        const expected = (flaw === null ? undefined : faults[flaw]?.[method]) ?? (isOffline ? 'AAC' : 'ok');
        expect(authenticate(card, on, method, reading)).toBe(expected);
      });
    }
  }
}

for (const on of ['contact', 'contactless'] as const) {
  test(`dynamic A0000000041010 ${on}: CDA, on its other account`, () => {
    const card = createCard('dynamic', { seed: 1 });
    const reading = terminal.readApplication(card, on, 'A0000000041010');
    expect(authenticate(card, on, 'CDA', reading)).toBe('ok');
  });
}
