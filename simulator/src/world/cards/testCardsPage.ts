/**
 * The page docs/reference/test-cards.md.
 * Floor: simulator world.
 */
import { type CardDescription, describeCards } from './describeCards.js';

/** @returns Markdown, with a line end at its end */
export function testCardsPage(): string {
  const rows = describeCards().map(
    (card) =>
      `| \`${card.name}\` | ${card.interfaces.join(', ')} | \`${card.maskedNumber}\` | ${applications(card)} | ${card.description} |`,
  );
  return `${[...introduction, ...rows].join('\n')}\n`;
}

function applications(card: CardDescription): string {
  return card.applications
    .map(({ aid, cryptogram, authentication }) => {
      const methods = Object.entries(authentication).map(([on, method]) => `${on}: ${method}`);
      return `\`${aid}\` (${methods.join(', ')}; ${cryptogram})`;
    })
    .join('<br>');
}

const introduction: readonly string[] = [
  '# Test cards',
  '',
  'The simulator holds these cards. Each has a test number and its own keys; the test PKI signs its certificates, and the card',
  'computes its signatures when the reader asks for them. The name of a card decides how a sale ends. The amount never does.',
  '',
  '`comptoir-sim card list --json` prints the same table for programs.',
  '',
  'The keys follow from a public seed, so they protect nothing. No terminal for real money may hold them.',
  'The application cryptograms are those of the schemes (the version is in tag 9F10), under keys that the test issuer derives from the',
  'card number: the test acquirer verifies each, and answers a contact card with an ARPC. On contact, the card verifies that, and the',
  'MAC of scripts. `visa-credit`, `wrong-arpc` and `script-block` do it by EXTERNAL AUTHENTICATE, the others in the second GENERATE AC.',
  '',
  'The contactless Visa and CB applications follow kernel 3. They sign only when the reader asks for offline authentication of online',
  'transactions (9F66, byte 1, bit 1). The contactless Mastercard and Interac-like applications follow kernel 2.',
  '',
  '`dynamic` runs the script of the dynamic card. The table shows the brands of its first account; the rest is in',
  '[the wallet applet](wallet-applet.md). Its cryptograms are AES, and its issuer verifies them.',
  '',
  '| card | interfaces | number | applications, authentication, cryptogram | what it is for |',
  '| --- | --- | --- | --- | --- |',
];
