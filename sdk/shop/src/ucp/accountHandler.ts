/**
 * The payment handler of the account: a platform hands on the one-time code that the buyer's account showed, as the site's form does. Nothing
 * else about it comes here, and it's never told again.
 * Source: Universal Commerce Protocol 2026-01-23, payment handler guide; docs/reference/shop.md, UCP.   Floor: shop ucp; pure.
 */
import { isIP } from 'node:net';
import { type Handlers, VERSION } from './meta.js';

export const HANDLER_ID = 'account';
export const CREDENTIAL_TYPE = 'account_code';

/** Under the name of the server's own domain, which is where its schema is: `example.shop.account` for `https://shop.example`. */
export function handlerName(origin: string): string {
  const { hostname } = new URL(origin);
  const host = isIP(hostname.replace(/[[\]]/g, '')) === 0 ? hostname : 'localhost';
  const labels = host.split('.').reverse();
  const [top = '', ...others] = labels.map((label) => label.replaceAll(/[^a-z0-9]/g, '_').replace(/^(?=\d)/, 'n'));
  return [top.replaceAll('_', ''), ...others, 'account'].join('.');
}

/** @param merchant of one shop: what the code is for. None: of the profile, where it differs */
export function accountHandlers(origin: string, merchant?: string): Handlers {
  const at = `${origin}/ucp/handlers/account`;
  const config = { credential_seconds: 120, ...(merchant !== undefined && { merchant_id: merchant }) };
  return { [handlerName(origin)]: [{ id: HANDLER_ID, version: VERSION, spec: at, schema: `${at}.json`, config }] };
}

/** What `schema` leads to. */
export function handlerSchema(origin: string): object {
  const name = handlerName(origin);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${origin}/ucp/handlers/account.json`,
    title: 'Account payment',
    name,
    version: VERSION,
    $defs: {
      credential: {
        type: 'object',
        required: ['type', 'token'],
        properties: {
          type: { const: CREDENTIAL_TYPE },
          token: { type: 'string', minLength: 1, maxLength: 16, description: 'The one-time code, as it was shown.' },
          expiry: { type: 'string', format: 'date-time', description: 'Two minutes after it was shown, at most.' },
        },
      },
      instrument: {
        type: 'object',
        required: ['id', 'handler_id', 'type', 'credential'],
        properties: {
          id: { type: 'string' },
          handler_id: { const: HANDLER_ID },
          type: { const: 'account' },
          selected: { type: 'boolean' },
          credential: { $ref: '#/$defs/credential' },
        },
      },
    },
  };
}

/** What `spec` leads to: in the order of the guide's template. */
export function handlerText(origin: string): string {
  return `${handlerName(origin)}, version ${VERSION}

Participants. The business is this shop. The platform acts for the buyer. The buyer's account is at an issuer that the shop has an agreement with.

Prerequisites. None for a platform. The buyer has an account whose app shows one-time codes.

Declaration. In ucp.payment_handlers, with config.merchant_id (the shop at its issuer) and config.credential_seconds.

Acquisition. The buyer opens the account's app and gives the platform the code that it shows. The platform makes an instrument of it:
  { "id": "1", "handler_id": "${HANDLER_ID}", "type": "account", "selected": true, "credential": { "type": "${CREDENTIAL_TYPE}", "token": "CODE" } }
and sends it with Complete Checkout, once. Without an instrument, the order is paid at the counter when it's fetched.

Processing. The shop asks the issuer who the code is, then asks for the checkout's total, under a key of its own for each attempt. What was
charged and what was ordered are the same step: a checkout is charged once or not at all.

Binding. A code is for one merchant and one use, and lasts two minutes. It's not bound to one checkout: a platform must not send it elsewhere.

Errors. payment_declined, recoverable: the code is wrong, used or too old, or the account did not pay; nothing was taken, and another code may be
sent. Status complete_in_progress: the issuer has not answered; read the checkout again. Nothing is charged twice by asking again.

Security. Codes come over HTTPS. They are neither kept, nor logged, nor told in any answer.
`;
}
