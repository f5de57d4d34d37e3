/**
 * Makes and checks firmware images: for builds, the command and the simulator. A till needs none of it.
 * Source: docs/explanation/boot-and-update.md.   Floor: sdk release.
 */
export { DEVELOPMENT_KEY_EPOCH, developmentReleaseKeys } from './developmentReleaseKeys.js';
export { type ReleaseKey, type ReleasePublicKey, releaseKey, releasePublicKey, signHeader } from './releaseKey.js';
export { type ImageDescription, signImage } from './signImage.js';
export { chunkTableOf, verifyHashes } from './verifyHashes.js';
export { verifyImage, verifySignatures } from './verifyImage.js';
