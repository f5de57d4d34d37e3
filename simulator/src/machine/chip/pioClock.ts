/**
 * PIO and PWM in step with the chip's virtual clock. The emulator runs its PIO from a timer of the machine that it runs on and
 * ignores the dividers; its PWM rings an alarm three times a period, millions in a second of a card's clock.
 * Source: RP2040 datasheet 3.2 to 3.5; rp2040js 1.4.1.   Floor: simulator machine chip.
 * A machine that waits for a pin or a queue costs nothing: it's woken by what it waits for. PWM counters stand still here: what
 * a pin with a running PWM does is known by the registers.
 */
import type { RP2040 } from 'rp2040js';
import { clockOf, type EmulatedAlarm } from './emulator.js';

interface EmulatedFifo {
  reset(): void;
}

interface EmulatedMachine {
  enabled: boolean;
  waiting: boolean;
  readonly waitDelay: number;
  readonly cycles: number;
  readonly clockDivInt: number;
  readonly clockDivFrac: number;
  readonly shiftCtrl: number;
  readonly rxFIFO: EmulatedFifo;
  readonly txFIFO: EmulatedFifo;
  step(): void;
  checkWait(): void;
}

interface EmulatedPio {
  readonly machines: readonly EmulatedMachine[];
  /** When each machine goes on, in nanoseconds of the clock. Kept in the emulator's tree, so that a snapshot has it. */
  dueNanos: Float64Array;
  alarm: EmulatedAlarm;
  run(): void;
  stop(): void;
  writeUint32(offset: number, value: number): void;
  checkChangedPins(): void;
}

const NEVER = Number.POSITIVE_INFINITY;
const DIVIDER_MAX = 65_536;
/** Either of these bits of SHIFTCTRL, when it changes, empties both queues of its machine. */
const FIFO_JOIN = 0xc0000000;

export function clockPio(chip: RP2040): void {
  for (const pio of chip.pio) drive(chip, pio as unknown as EmulatedPio);
  for (const channel of chip.pwm.channels)
    (channel as unknown as { updateEnable(): void }).updateEnable = () => undefined;
}

function drive(chip: RP2040, pio: EmulatedPio): void {
  const clock = clockOf(chip);
  const { machines } = pio;
  const due = new Float64Array(machines.length).fill(NEVER);
  let isStepping = false;

  function periodNanos({ clockDivInt, clockDivFrac }: EmulatedMachine): number {
    return (((clockDivInt || DIVIDER_MAX) + clockDivFrac / 256) * 1e9) / chip.clkSys;
  }
  function schedule(): void {
    const next = Math.min(...due);
    pio.alarm.cancel();
    if (next !== NEVER) pio.alarm.schedule(Math.max(0, next - clock.nanosCounter));
  }
  function stepMachine(index: number): void {
    const machine = machines[index] as EmulatedMachine;
    const before = machine.cycles;
    machine.step();
    // Restarted, it counts from nothing.
    const cycles = Math.max(1, machine.cycles - before);
    due[index] = machine.waiting ? NEVER : (due[index] as number) + cycles * periodNanos(machine);
  }
  function ring(): void {
    isStepping = true;
    for (;;) {
      const next = Math.min(...due);
      // Half a nanosecond: sums of periods are not exact.
      if (next > clock.nanosCounter + 0.5) break;
      stepMachine(due.indexOf(next));
      pio.checkChangedPins();
    }
    isStepping = false;
    schedule();
  }
  function follow(): void {
    machines.forEach((machine, index) => {
      if (!machine.enabled) due[index] = NEVER;
      else if (due[index] === NEVER && !machine.waiting) due[index] = clock.nanosCounter;
    });
    if (!isStepping) schedule();
  }

  machines.forEach((machine, index) => {
    const checkWait = machine.checkWait.bind(machine);
    machine.checkWait = () => {
      const wasWaiting = machine.waiting;
      checkWait();
      if (!wasWaiting || machine.waiting || due[index] !== NEVER || !machine.enabled) return;
      due[index] = clock.nanosCounter + (1 + Math.max(0, machine.waitDelay)) * periodNanos(machine);
      if (!isStepping) schedule();
    };
  });
  const writeUint32 = pio.writeUint32.bind(pio);
  pio.writeUint32 = (offset, value) => {
    const joined = machines.map(({ shiftCtrl }) => shiftCtrl & FIFO_JOIN);
    writeUint32(offset, value);
    machines.forEach(({ shiftCtrl, rxFIFO, txFIFO }, index) => {
      if ((shiftCtrl & FIFO_JOIN) === joined[index]) return;
      rxFIFO.reset();
      txFIFO.reset();
    });
    pio.checkChangedPins();
    follow();
  };
  pio.run = follow;
  pio.stop = follow;
  pio.dueNanos = due;
  pio.alarm = clock.createAlarm(ring);
}
