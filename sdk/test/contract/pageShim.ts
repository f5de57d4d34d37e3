/**
 * What `navigator.hid` and `navigator.usb` have in common: a page has the devices that a person gave it, and is told when they come and go.
 * Source: https://wicg.github.io/webhid/, https://wicg.github.io/webusb/.
 */
import type { Plugged, UsbMachine } from './usbMachine.js';

export interface Person {
  /** A click is being handled. */
  hasClicked: boolean;
  /** What the person picks from the list: the reader, or nothing. */
  picks: boolean;
}

export abstract class PageShim<Device extends { lost(): void }> extends EventTarget {
  private readonly devices = new WeakMap<Plugged, Device>();

  private readonly machine: UsbMachine;
  private readonly person: Person;
  private isGranted: boolean;

  /** @param isGranted the page may have the device without asking, as after a policy or an earlier pick */
  constructor(machine: UsbMachine, person: Person, isGranted: boolean) {
    super();
    this.machine = machine;
    this.person = person;
    this.isGranted = isGranted;
    machine.watch((isConnected, plugged) => {
      if (!this.isGranted) return;
      const device = this.deviceOf(plugged);
      if (!isConnected) device.lost();
      this.dispatchEvent(Object.assign(new Event(isConnected ? 'connect' : 'disconnect'), { device }));
    });
  }

  protected abstract create(plugged: Plugged): Device;

  async getDevices(): Promise<Device[]> {
    const { plugged } = this.machine;
    return plugged === undefined || !this.isGranted ? [] : [this.deviceOf(plugged)];
  }

  /** @returns undefined when the person picks nothing, or is shown nothing that fits */
  protected askPerson(fits: (plugged: Plugged) => boolean): Device | undefined {
    if (!this.person.hasClicked) throw new DOMException('Must be handling a user gesture.', 'SecurityError');
    const { plugged } = this.machine;
    if (plugged === undefined || !fits(plugged) || !this.person.picks) return undefined;
    this.isGranted = true;
    return this.deviceOf(plugged);
  }

  private deviceOf(plugged: Plugged): Device {
    const known = this.devices.get(plugged) ?? this.create(plugged);
    this.devices.set(plugged, known);
    return known;
  }
}
