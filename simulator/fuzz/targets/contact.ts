/** A whole contact transaction, to the second cryptogram and the scripts behind it: CDA, DDA, SDA, none. */
import { wholeKernel } from '../wholeKernel.js';

export const { seeds, fuzz } = wholeKernel('contact', ['mastercard-debit', 'visa-credit', 'sda-only', 'no-oda']);
