/** A whole transaction of kernel 2: CDA, relay resistance, a holder verified on the device, what can be recovered. */
import { wholeKernel } from '../wholeKernel.js';

export const { seeds, fuzz } = wholeKernel('contactless', [
  'mastercard',
  'relay-resistant',
  'phone-mastercard',
  'recoverable',
]);
