/**
 * What makes Windows give the vendor interface its generic driver, WinUSB, without a driver disk: the capability that
 * announces the descriptor set, and the set, which Windows fetches with a vendor request.
 * Source: Microsoft OS 2.0 Descriptors Specification.   Floor: protocol.
 *
 *   set header 10                    Windows version, total length
 *     configuration subset 8         our only configuration
 *       function subset 8            begins at the vendor interface
 *         compatible identifier 20   "WINUSB"
 *         registry property 132      DeviceInterfaceGUIDs, by which programs find the interface
 */
import { concatBytes, latin1ToBytes } from '../bytes/bytes.js';
import { USB_DESCRIPTOR, USB_DEVICE } from './usbDevice.js';
import { descriptor, littleEndian, utf16 } from './usbFields.js';

/** `wIndex` of the vendor request that fetches the set. */
export const MICROSOFT_DESCRIPTOR_INDEX = 7;

/** Windows 8.1, the first that knows these descriptors; lower half first. */
const WINDOWS_VERSION: readonly number[] = [0x0000, 0x0603];

const SET_HEADER = 0x00;
const CONFIGURATION_SUBSET = 0x01;
const FUNCTION_SUBSET = 0x02;
const COMPATIBLE_IDENTIFIER = 0x03;
const REGISTRY_PROPERTY = 0x04;
const MULTIPLE_STRINGS = 7; // REG_MULTI_SZ

/** 28 bytes, for the BOS descriptor. UUID D8DD60DF-4589-4CC7-9CD2-659D9E648A9F. */
export function microsoftPlatformCapability(): Uint8Array {
  return descriptor(
    USB_DESCRIPTOR.deviceCapability,
    Uint8Array.of(0x05, 0x00), // platform; reserved
    Uint8Array.of(0xdf, 0x60, 0xdd, 0xd8, 0x89, 0x45, 0xc7, 0x4c, 0x9c, 0xd2, 0x65, 0x9d, 0x9e, 0x64, 0x8a, 0x9f),
    littleEndian(...WINDOWS_VERSION, microsoftDescriptorSet().length),
    Uint8Array.of(USB_DEVICE.requests.microsoft, 0),
  );
}

/** 178 bytes. */
export function microsoftDescriptorSet(): Uint8Array {
  const name = utf16('DeviceInterfaceGUIDs\0');
  const identifiers = utf16(`${USB_DEVICE.deviceInterfaceGuid}\0\0`);
  const property = sized(
    REGISTRY_PROPERTY,
    littleEndian(MULTIPLE_STRINGS, name.length),
    name,
    littleEndian(identifiers.length),
    identifiers,
  );
  const compatible = sized(COMPATIBLE_IDENTIFIER, latin1ToBytes('WINUSB\0\0'), new Uint8Array(8));
  const inFunction = subset(FUNCTION_SUBSET, USB_DEVICE.vendor.interface, concatBytes(compatible, property));
  const inConfiguration = subset(CONFIGURATION_SUBSET, 0, inFunction);
  const head = 10;
  return concatBytes(
    sized(SET_HEADER, littleEndian(...WINDOWS_VERSION, head + inConfiguration.length)),
    inConfiguration,
  );
}

/** A header that tells its own length, and at its end the length of all that it holds. */
function subset(type: number, first: number, content: Uint8Array): Uint8Array {
  const head = 8;
  return concatBytes(sized(type, Uint8Array.of(first, 0), littleEndian(head + content.length)), content);
}

/** Length and type take two bytes each here. */
function sized(type: number, ...fields: readonly Uint8Array[]): Uint8Array {
  const body = concatBytes(...fields);
  return concatBytes(littleEndian(body.length + 4, type), body);
}
