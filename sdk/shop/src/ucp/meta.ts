/**
 * What every answer of the Universal Commerce Protocol begins with: its version, what we can, and how one pays.
 * Source: Universal Commerce Protocol 2026-01-23, overview.   Floor: shop ucp; pure.
 */

export const VERSION: string = '2026-01-23';
const SPEC = `https://ucp.dev/${VERSION}`;
const EXTENSIONS: readonly string[] = ['fulfillment', 'discount', 'buyer_consent'];
const CAPABILITIES: readonly string[] = ['checkout', 'order', ...EXTENSIONS];

/** By their names in reverse-domain form. */
export type Handlers = Readonly<Record<string, readonly object[]>>;

const nameOf = (capability: string): string => `dev.ucp.shopping.${capability}`;
const ACTIVE: object = Object.fromEntries(CAPABILITIES.map((one) => [nameOf(one), [{ version: VERSION }]]));

export function checkoutMeta(handlers: Handlers): object {
  return { version: VERSION, capabilities: ACTIVE, payment_handlers: handlers };
}

export const ORDER_META: object = {
  version: VERSION,
  capabilities: { [nameOf('order')]: [{ version: VERSION }] },
};
export const CATALOGUE_META: object = { version: VERSION, capabilities: ACTIVE };

/** `/.well-known/ucp`. @param keys public ones, as JWK, that sign what a platform is sent */
export function profileOf(origin: string, handlers: Handlers, keys: readonly object[]): object {
  const service = {
    version: VERSION,
    spec: `${SPEC}/specification/overview`,
    transport: 'rest',
    endpoint: `${origin}/ucp/v1`,
    schema: `${SPEC}/services/shopping/openapi.json`,
  };
  const capabilities = CAPABILITIES.map((one) => [
    nameOf(one),
    [
      {
        version: VERSION,
        spec: `${SPEC}/specification/${one.replace('_', '-')}`,
        schema: `${SPEC}/schemas/shopping/${one}.json`,
        ...(EXTENSIONS.includes(one) && { extends: nameOf('checkout') }),
      },
    ],
  ]);
  return {
    ucp: {
      version: VERSION,
      services: { 'dev.ucp.shopping': [service] },
      capabilities: Object.fromEntries(capabilities),
      payment_handlers: handlers,
    },
    signing_keys: keys,
  };
}
