/**
 * What the site says, in both languages.
 * Floor: shop site; imports types only.
 */
import type { ConsentPurpose, OrderStatus, Texts } from '../api.js';

// biome-ignore-start format: a table is read by its rows
type Name =
  | 'market'
  | 'search'
  | 'basket'
  | 'add'
  | 'update'
  | 'remove'
  | 'quantity'
  | 'left'
  | 'soldOut'
  | 'inStock'
  | 'promotions'
  | 'code'
  | 'apply'
  | 'empty'
  | 'subtotal'
  | 'total'
  | 'order'
  | 'name'
  | 'slot'
  | 'payAccount'
  | 'payCounter'
  | 'giftCode'
  | 'giftCard'
  | 'giftOf'
  | 'giftLeft'
  | 'giftHeld'
  | 'giftUnknown'
  | 'giftLook'
  | 'place'
  | 'signIn'
  | 'signOut'
  | 'signInHow'
  | 'oneTimeCode'
  | 'wrongCode'
  | 'beingPaid'
  | 'pickupCode'
  | 'cancel'
  | 'myData'
  | 'agree'
  | 'withdraw'
  | 'export'
  | 'kept'
  | 'agreed'
  | 'nothing'
  | 'given'
  | 'withdrawn'
  | 'expired'
  | 'privacy'
  | 'shared'
  | 'neverCustomers'
  | 'metres'
  | 'trouble'
  | 'back'
  | 'short';

export const T: Readonly<Record<Name, Texts>> = {
  market: { en: 'Shops near you', fr: 'Les boutiques près de chez vous' },
  search: { en: 'Search', fr: 'Chercher' },
  basket: { en: 'Basket', fr: 'Panier' },
  add: { en: 'Add to basket', fr: 'Ajouter au panier' },
  update: { en: 'Update', fr: 'Mettre à jour' },
  remove: { en: 'Remove', fr: 'Retirer' },
  quantity: { en: 'Quantity', fr: 'Quantité' },
  left: { en: 'left', fr: 'en stock' },
  soldOut: { en: 'Sold out', fr: 'Épuisé' },
  inStock: { en: 'In the shop now', fr: 'En boutique maintenant' },
  promotions: { en: 'Promotions', fr: 'Promotions' },
  code: { en: 'Promotion code', fr: 'Code promotionnel' },
  apply: { en: 'Apply', fr: 'Appliquer' },
  empty: { en: 'The basket is empty.', fr: 'Le panier est vide.' },
  subtotal: { en: 'Subtotal', fr: 'Sous-total' },
  total: { en: 'Total', fr: 'Total' },
  order: { en: 'Order for pickup', fr: 'Commander et retirer' },
  name: { en: 'Name for the pickup', fr: 'Nom pour le retrait' },
  slot: { en: 'Pickup time', fr: 'Heure de retrait' },
  payAccount: { en: 'Pay now with the account', fr: 'Payer maintenant avec le compte' },
  payCounter: { en: 'Pay at the counter', fr: 'Payer au comptoir' },
  giftCode: { en: 'Gift card code, if you have one', fr: 'Code de carte cadeau, si vous en avez une' },
  place: { en: 'Place the order', fr: 'Passer la commande' },
  giftCard: { en: 'Gift card', fr: 'Carte cadeau' },
  giftOf: { en: 'Code of the gift card', fr: 'Code de la carte cadeau' },
  giftLeft: { en: 'What is left', fr: 'Ce qui reste' },
  giftHeld: { en: 'Held for an open sale, until', fr: 'Réservé pour une vente en cours, jusqu’au' },
  giftUnknown: { en: 'There is no such gift card.', fr: 'Il n’y a pas de telle carte cadeau.' },
  giftLook: { en: 'See what is left', fr: 'Voir ce qui reste' },
  signIn: { en: 'Sign in', fr: 'Se connecter' },
  signOut: { en: 'Sign out', fr: 'Se déconnecter' },
  signInHow: {
    en: 'Your account’s app or page shows a one-time code. It is the account that you pay with at the counter.',
    fr: 'L’application ou la page de votre compte affiche un code à usage unique. C’est le compte avec lequel vous payez au comptoir.',
  },
  oneTimeCode: { en: 'One-time code', fr: 'Code à usage unique' },
  wrongCode: { en: 'This code is wrong, used, or too old.', fr: 'Ce code est faux, déjà utilisé ou trop ancien.' },
  pickupCode: {
    en: 'Show this code, or tap the card of your account',
    fr: 'Montrez ce code, ou présentez la carte de votre compte',
  },
  beingPaid: {
    en: 'Your account has not answered yet. Do not order again: this page will tell whether the order is paid.',
    fr: 'Votre compte n’a pas encore répondu. Ne commandez pas de nouveau : cette page dira si la commande est payée.',
  },
  cancel: { en: 'Cancel the order', fr: 'Annuler la commande' },
  myData: { en: 'My data', fr: 'Mes données' },
  agree: { en: 'Agree', fr: 'Accepter' },
  withdraw: { en: 'Withdraw', fr: 'Retirer mon accord' },
  export: { en: 'Export everything', fr: 'Tout exporter' },
  kept: { en: 'What this shop keeps of you', fr: 'Ce que cette boutique garde de vous' },
  agreed: { en: 'What you agreed to', fr: 'Ce que vous avez accepté' },
  nothing: { en: 'Nothing.', fr: 'Rien.' },
  given: { en: 'given', fr: 'donné' },
  withdrawn: { en: 'withdrawn', fr: 'retiré' },
  expired: { en: 'expired', fr: 'expiré' },
  privacy: { en: 'What this shop shares', fr: 'Ce que cette boutique partage' },
  shared: { en: 'The marketplace gets from this shop', fr: 'La place de marché reçoit de cette boutique' },
  neverCustomers: {
    en: 'Nothing about customers is in it. You have another name at each shop, so shops cannot put together what they know.',
    fr: 'Rien sur les clients n’y figure. Vous avez un autre nom dans chaque boutique : elles ne peuvent pas réunir ce qu’elles savent.',
  },
  metres: { en: 'm away', fr: 'm' },
  trouble: { en: 'That did not work', fr: 'Cela n’a pas marché' },
  back: { en: 'Back to the shop', fr: 'Retour à la boutique' },
  short: { en: 'Not enough of it is there', fr: 'Il n’y en a pas assez' },
};

export const STATUS: Readonly<Record<OrderStatus, Texts>> = {
  placed: { en: 'Placed', fr: 'Passée' },
  paid: { en: 'Paid', fr: 'Payée' },
  ready: { en: 'Ready', fr: 'Prête' },
  'handed-over': { en: 'Handed over', fr: 'Remise' },
  cancelled: { en: 'Cancelled', fr: 'Annulée' },
  expired: { en: 'Expired', fr: 'Expirée' },
};

/** What is asked on the page of a customer's data, word for word what the receipt has. */
export const QUESTIONS: Readonly<Record<ConsentPurpose, Texts>> = {
  'purchase-history': {
    en: 'May this shop remember what you buy here?',
    fr: 'Cette boutique peut-elle se souvenir de vos achats ?',
  },
  marketing: { en: 'May this shop tell you of offers?', fr: 'Cette boutique peut-elle vous parler de ses offres ?' },
  analytics: {
    en: 'May your purchases be counted, without your name?',
    fr: 'Vos achats peuvent-ils être comptés, sans votre nom ?',
  },
  preferences: {
    en: 'May this shop remember your preferences?',
    fr: 'Cette boutique peut-elle se souvenir de vos préférences ?',
  },
  'sale-or-sharing': {
    en: 'May this shop show you to the marketplace?',
    fr: 'Cette boutique peut-elle vous montrer à la place de marché ?',
  },
};
// biome-ignore-end format: a table is read by its rows
