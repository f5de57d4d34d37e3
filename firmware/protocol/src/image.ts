/**
 * Firmware images: their layouts and what is refused of them. Apart from the wire's own index, since the firmware's script
 * needs none of it: the board looks after its slots.
 */
export * from './imageHeader.js';
export * from './imageManifest.js';
export * from './imageRules.js';
export * from './refusal.js';
export * from './slotStatus.js';
export * from './updatePackage.js';
export * from './versionText.js';
