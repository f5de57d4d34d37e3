/**
 * Makes and checks firmware images: for builds, the command and the simulator. A till needs none of it.
 * Source: docs/explanation/boot-and-update.md.   Floor: crypto.
 */
export { DEVELOPMENT_KEY_EPOCH, developmentReleaseKeys } from './release/developmentReleaseKeys.js';
export {
  type ReleaseKey,
  type ReleasePublicKey,
  releaseKey,
  releasePublicKey,
  signHeader,
} from './release/releaseKey.js';
export { chunkTableOf, verifyHashes } from './release/verifyHashes.js';
export { verifyImage, verifySignatures } from './release/verifyImage.js';
