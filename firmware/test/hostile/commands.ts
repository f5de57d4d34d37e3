/** Beginnings of the commands that the reader sends to the card `mastercard`, in hexadecimal. */
export const SELECT_PSE = '00A404000E315041592E';
export const READ_DIRECTORY = '00B2010C00';
export const SELECT_APPLICATION = '00A4040007A0000000041010';
/** Every SELECT by an AID of the reader's. */
export const SELECT_ANY = '00A4040007';
export const GET_PROCESSING_OPTIONS = '80A8';
export const GENERATE_AC = '80AE';
/** `names` is the same command as READ_DIRECTORY, and the second of them. */
export const RECORD = {
  names: '00B2010C00',
  data: '00B2011400',
  lists: '00B2021400',
  authority: '00B2011C00',
  issuer: '00B2021C00',
  card: '00B2031C00',
} as const;
export const GET_RESPONSE = '00C0';
