/**
 * Firmware versions: major 0..255, minor 0..255, patch 0..65535, in one number that sorts as they do.
 * Floor: protocol; imports nothing.
 */

/** `1.2.3` @param version major << 24 | minor << 16 | patch */
export function versionText(version: number): string {
  return `${version >>> 24}.${(version >>> 16) & 0xff}.${version & 0xffff}`;
}
