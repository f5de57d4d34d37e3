/** What a message's numbers mean, in words: an entry of its own, since only people want them. */
export * from './messages/meanings.js';
