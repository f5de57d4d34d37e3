/** The figures of the dynamic card's image as rows. */
import type { Row } from '../rows/row.js';
import type { Tap } from './benchReader.js';
import type { CardFigures } from './cardFigures.js';
import { bytesRow, ms } from './picoRows.js';

const CLOCK_HZ = 125e6;
const STACK_MAX = 24 * 1024;
const BODY_BYTES_MAX = 768 * 1024;

export function cardRows(figures: CardFigures): Row[] {
  const { bootInstructions, bootNanos, heapAtReadyBytes, heapPeakBytes, stackPeakBytes, putInstructions } = figures;
  return [
    {
      name: 'card: boot, to where it waits for a reader',
      unit: 'M instructions',
      value: bootInstructions / 1e6,
      detail: `${ms(bootNanos)} of the chip's time`,
    },
    cardTapRow('card: tap fDDA, all that the card does', figures.tapFdda),
    cardTapRow('card: tap CDA, all that the card does', figures.tapCda),
    {
      name: 'card: one bank application is put there',
      unit: 'M instructions',
      value: putInstructions / 1e6,
      detail: 'its signature checked, its keys opened',
    },
    bytesRow('card: image in its slot', figures.imageBytes, BODY_BYTES_MAX, ''),
    { name: 'card: heap when ready', unit: 'KiB', value: heapAtReadyBytes / 1024, detail: 'nothing on it' },
    {
      name: 'card: heap peak',
      unit: 'KiB',
      value: heapPeakBytes / 1024,
      detail: 'two applications put there, two taps',
    },
    bytesRow('card: C stack peak', stackPeakBytes, STACK_MAX, ''),
  ];
}

function cardTapRow(name: string, { instructions, cycles, apdus, airNanos }: Tap): Row {
  return {
    name,
    unit: 'ms at 125 MHz',
    value: (instructions / CLOCK_HZ) * 1e3,
    detail: `${(instructions / 1e6).toFixed(2)} M instructions, ${(cycles / 1e6).toFixed(2)} M cycles; ${apdus} APDUs, ${ms(airNanos)} in the air`,
  };
}
