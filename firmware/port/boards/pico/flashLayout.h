/**
 * Where things lie in flash, in bytes from its start. One copy of these numbers: CMakeLists.txt reads them for the linker
 * scripts and the package, and a test holds the simulator's against them.
 */
#pragma once

/** The boot stage; on RP2040 its first 256 bytes are the second-stage loader, for the images in the slots too. */
#define FLASH_BOOT_OFFSET 0x000000
#define FLASH_BOOT_BYTES 0x010000

/** Each slot: a sector with header and signatures, two for the chunk table, then the body, which runs where it lies. */
#define FLASH_SLOT_A_OFFSET 0x010000
#define FLASH_SLOT_B_OFFSET 0x0d3000
#define FLASH_MANIFEST_BYTES 0x003000
#define FLASH_BODY_BYTES_MAX 0x0c0000

/** Record stores (firmware/port/store): what a dynamic card keeps, which slot runs, what a reader remembers. */
#define FLASH_CARD_RECORDS_OFFSET 0x1b0000
#define FLASH_CARD_RECORDS_SECTORS 44
/** Keys (firmware/port/secure/keys/keyStore.h). A dynamic card has none: they lie where its records are. */
#define FLASH_KEYS_OFFSET 0x1d0000
#define FLASH_KEYS_SECTORS 16
#define FLASH_CONFIGURATION_OFFSET 0x1c0000 /* a reader's two configurations (firmware/port/store); the card's records lie there, too */
#define FLASH_SLOT_RECORDS_OFFSET 0x1e0000
#define FLASH_SLOT_RECORDS_SECTORS 2
#define FLASH_READER_RECORDS_OFFSET 0x1e2000
#define FLASH_READER_RECORDS_SECTORS 12

/** What the reader is provisioned with (provision.h). */
#define FLASH_PROVISION_OFFSET 0x1f0000
#define FLASH_PROVISION_BYTES 0x004000
