/** A whole transaction of kernel 3: fDDA with records and without, a holder verified on the device, two applications. */
import { wholeKernel } from '../wholeKernel.js';

export const { seeds, fuzz } = wholeKernel('contactless', [
  'visa-debit',
  'visa-credit',
  'no-oda',
  'phone-with-CDCVM',
  'cb-visa',
]);
