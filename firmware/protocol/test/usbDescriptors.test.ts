import { REPORT_SIZE_BYTES, toHex } from '@comptoir/protocol';
import {
  binaryObjectStore,
  configurationDescriptor,
  deviceDescriptor,
  hidDescriptor,
  hidReportDescriptor,
  languagesDescriptor,
  MICROSOFT_DESCRIPTOR_INDEX,
  microsoftDescriptorSet,
  stringDescriptor,
  USB_DESCRIPTOR,
  USB_DEVICE,
} from '@comptoir/protocol/usb';
import { describe, expect, test } from 'vitest';

/** Reads as the books print it: hexadecimal in groups. */
const worked = (...groups: readonly string[]): string => groups.join('').replaceAll(' ', '');

describe('USB descriptors', () => {
  test('the device', () => expect(toHex(deviceDescriptor())).toBe('1201100200000040091201000001010203' + '01'));

  test('the configuration: HID on endpoint 1, vendor class on endpoint 2', () =>
    expect(toHex(configurationDescriptor())).toBe(
      worked(
        '09 02 4000 02 01 00 80 64',
        '09 04 00 00 02 03 00 00 00',
        '09 21 1101 00 01 22 2200',
        '07 05 01 03 4000 01',
        '07 05 81 03 4000 01',
        '09 04 01 00 02 FF 00 00 00',
        '07 05 02 02 4000 00',
        '07 05 82 02 4000 00',
      ),
    ));

  test('the report: our usage page, 64 bytes each way, no report identifier', () => {
    const report = toHex(hidReportDescriptor());
    expect(report).toBe(
      worked('06 00FF 09 01 A1 01', '09 02 1500 26FF00 7508 9540 8102', '09 03 1500 26FF00 7508 9540 9102', 'C0'),
    );
    expect(hidDescriptor()[7]).toBe(report.length / 2);
  });

  test('the binary object store announces WebUSB and the Microsoft set with its true length', () => {
    const store = binaryObjectStore();
    expect(toHex(store)).toBe(
      worked(
        '05 0F 3900 02',
        '18 10 05 00 38B60834A909A0478BFDA0768815B665 0001 01 00',
        '1C 10 05 00 DF60DDD88945C74C9CD2659D9E648A9F 00000306 B200 02 00',
      ),
    );
    expect(store[53]).toBe(microsoftDescriptorSet().length);
  });

  test('the Microsoft set: WinUSB for the vendor interface', () => {
    const set = toHex(microsoftDescriptorSet());
    expect(set.length / 2).toBe(0xb2);
    expect(set.slice(0, 92)).toBe(
      worked(
        '0A00 0000 00000306 B200',
        '0800 0100 00 00 A800',
        '0800 0200 01 00 A000',
        '1400 0300 57494E5553420000 0000000000000000',
      ),
    );
    expect(set.slice(92, 112)).toBe(worked('8400 0400 0700 2A00', '4400'));
    expect(USB_DEVICE.deviceInterfaceGuid).toMatch(/^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/);
    expect(MICROSOFT_DESCRIPTOR_INDEX).toBe(7);
  });

  test('strings', () => {
    expect(toHex(languagesDescriptor())).toBe('04030904');
    expect(toHex(stringDescriptor('Ré'))).toBe('06035200E900');
    expect(stringDescriptor('x'.repeat(300)).length).toBe(254);
  });

  test('lengths and totals add up, part by part', () => {
    for (const whole of [configurationDescriptor(), binaryObjectStore()]) {
      let at = 0;
      let parts = 0;
      while (at < whole.length) {
        at += whole[at] as number;
        parts += 1;
      }
      expect(at).toBe(whole.length);
      expect(parts).toBeGreaterThan(1);
      expect(whole[2]).toBe(whole.length);
    }
  });

  test('every endpoint carries whole reports, and no address comes twice', () => {
    const configuration = configurationDescriptor();
    const addresses: number[] = [];
    for (let at = 0; at < configuration.length; at += configuration[at] as number) {
      if (configuration[at + 1] !== USB_DESCRIPTOR.endpoint) continue;
      addresses.push(configuration[at + 2] as number);
      expect(configuration[at + 4]).toBe(REPORT_SIZE_BYTES);
    }
    expect(new Set(addresses).size).toBe(4);
  });
});
