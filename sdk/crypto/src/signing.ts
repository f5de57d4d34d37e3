/**
 * Makes and reads what a reader accepts because of who signed it: for the acquirer's side and for tools. A till needs none of it.
 * Source: docs/reference/protocol.md, signed objects.   Floor: crypto.
 */
export { developmentRoleKey, developmentRoleKeys, type RoleKey } from './signing/developmentRoleKeys.js';
export {
  isSignedByRole,
  newSigningKey,
  readSignedObject,
  type SignedObject,
  type SignedObjectDescription,
  type SignedObjectFault,
  type SignedObjectResult,
  signingKeyFrom,
  signingPublicKey,
  signObject,
} from './signing/signedObject.js';
