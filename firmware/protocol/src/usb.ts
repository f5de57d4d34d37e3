/**
 * The USB device that a reader is: its table and its descriptors. Apart from the wire's own index, since neither the
 * firmware's script nor the SDK needs them.
 */
export * from './usbDescriptors.js';
export * from './usbDevice.js';
export * from './usbMicrosoft.js';
