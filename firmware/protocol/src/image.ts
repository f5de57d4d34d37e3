/**
 * Firmware images: their layouts and what is refused of them. Apart from the wire's own index, since the firmware's script
 * needs none of it: the board looks after its slots.
 */
export * from './image/imageHeader.js';
export * from './image/imageManifest.js';
export * from './image/imageRules.js';
export * from './image/refusal.js';
export * from './image/slotStatus.js';
export * from './image/updatePackage.js';
export * from './image/versionText.js';
