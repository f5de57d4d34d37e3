/**
 * `@comptoir/shop`: the shop and its site as one.
 * Source: docs/reference/shop.md.
 */
export type { AccountHolder, AccountPaid, AccountPayment, OnlineAccounts, SignIn } from './accounts.js';
export type * from './api.js';
export { createShop, type Shop, type ShopOptions } from './createShop.js';
export {
  type Database,
  type FaultPoint,
  type Queryable,
  type Row,
  type Value,
  withFaults,
} from './database/database.js';
export { FolderInUse } from './database/folderLock.js';
export { migrate, SchemaTooNew } from './database/migrate.js';
export { moveShop } from './database/moveShop.js';
export { databaseNameOf, openDatabase } from './database/openDatabase.js';
export type { Surroundings, Work, Write } from './database/work.js';
export { type GiftBooks, giftBooks } from './gifts/giftBooks.js';
export { openGift } from './gifts/issuedGifts.js';
export { type ItemDescription, publishPromotion, putItem } from './goods/catalogue.js';
export { adjustStock } from './goods/stock.js';
export { GROUP_MIN, insights, type Listing, listings, type Place } from './market/market.js';
export { SHARED_FIELDS, setSharing } from './market/sharing.js';
export { openSlots, type Slot } from './orders/orders.js';
export type { Customer, OrderRequest } from './orders/placeOrder.js';
export { openSampleShops, SAMPLE_SHOPS } from './sample/sampleShops.js';
export { createServer, type ServerOptions } from './server/createServer.js';
export type { FaultLine } from './server/faultLine.js';
export { startTicking } from './server/startTicking.js';
export { tillPage } from './server/tillPage.js';
export { ShopError } from './shopError.js';
export { addTill, newPairingCode, openShop, removeTill, type ShopDescription } from './shops.js';
