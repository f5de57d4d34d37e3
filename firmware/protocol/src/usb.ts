/**
 * The USB device that a reader is: its table and its descriptors. Apart from the wire's own index, since neither the
 * firmware's script nor the SDK needs them.
 */
export * from './usb/usbDescriptors.js';
export * from './usb/usbDevice.js';
export * from './usb/usbMicrosoft.js';
