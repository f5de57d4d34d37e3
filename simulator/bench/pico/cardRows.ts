/** The figures of the dynamic card's image as rows. */
import type { Row } from '../rows/row.js';
import type { CardFigures } from './cardFigures.js';
import { bytesRow, cyclesRow, tapRow } from './picoRows.js';

const STACK_MAX = 24 * 1024;
const BODY_BYTES_MAX = 768 * 1024;

export function cardRows(figures: CardFigures): Row[] {
  const { heapAtReadyBytes, heapPeakBytes, stackPeakBytes } = figures;
  return [
    cyclesRow('card: boot, to where it waits for a reader', figures.boot, ''),
    tapRow('card: tap fDDA, all that the card does', figures.tapFdda),
    tapRow('card: tap CDA, all that the card does', figures.tapCda),
    cyclesRow('card: one bank application is put there', figures.put, 'its signature checked, its keys opened'),
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
