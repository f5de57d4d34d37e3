/** `@comptoir/shop`: the shop and its site as one. */
export {};
