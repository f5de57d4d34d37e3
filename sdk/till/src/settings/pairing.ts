/** Whose till this is: a code that the shop shows once gives it a key of its own.   Floor: till. */

import { refreshCatalogue } from '../shop/catalogue.js';
import { post } from '../shop/shopClient.js';
import { set, settings } from './settings.js';

/** @throws ShopRefusal, ShopUnreachable */
export async function pairTill(code: string): Promise<void> {
  const { key, till } = await post('/pair', { code, name: settings.value.till || 'Till' }, `pair-${code}`.slice(0, 64));
  set({ tillKey: key, till });
  await refreshCatalogue();
}
