/**
 * A firmware image, as firmware/protocol/src/image/imageHeader.ts and imageManifest.ts draw it: a sector with header and signatures,
 * two with the chunk table, then the body. Everything here is read where it lies, copies nothing, and trusts nothing that it hasn't checked.
 */
#ifndef COMPTOIR_IMAGE_H
#define COMPTOIR_IMAGE_H

#include <stddef.h>

#include "bootSetting.h"
#include "refusal.h"

#define IMAGE_HEADER_BYTES 256
#define IMAGE_SIGNED_HEADER_BYTES 512 /* header and signatures */
#define IMAGE_TABLE_OFFSET 4096
#define IMAGE_TABLE_SECTORS 2
#define IMAGE_MANIFEST_BYTES (IMAGE_TABLE_OFFSET + IMAGE_TABLE_SECTORS * FLASH_SECTOR_BYTES)
#define IMAGE_CHUNK_BYTES 4096
#define IMAGE_CHUNKS_MAX 192
#define IMAGE_DIGEST_BYTES 32

/** What a header says. The digests are in the header. */
typedef struct {
  uint32_t version, security_version;
  uint32_t body_bytes;
  const uint8_t *body_digest, *table_digest;
} image_facts;

/**
 * All rules of a header for this reader and that slot, but those that compare it with what runs.
 * @param header IMAGE_HEADER_BYTES, untrusted
 * @param facts meaningful when nothing is refused
 */
refusal image_check_header(const boot_setting *setting, const uint8_t *header, uint8_t slot, image_facts *facts);

/** At least two of the reader's keys have signed, and no entry is anything else. @param signed_header IMAGE_SIGNED_HEADER_BYTES */
refusal image_check_signatures(const boot_setting *setting, const uint8_t *signed_header);

uint32_t image_chunks(const image_facts *facts);
/** Of chunk `index` from 0: all have IMAGE_CHUNK_BYTES but the last. */
uint32_t image_chunk_bytes(const image_facts *facts, uint32_t index);

/** SHA-256, compared in a way that one skipped instruction doesn't turn. */
bool image_has_digest(const uint8_t *bytes, size_t length, const uint8_t digest[IMAGE_DIGEST_BYTES]);

/** Anything else isn't good. Neither 0 nor 1, so that a disturbed register is unlikely to say it. */
#define IMAGE_GOOD 0x5ac3963cu

/**
 * Header, signatures and body of a slot, whole, from flash: what the boot stage asks before it starts it.
 * @param least of all security versions that may run
 */
uint32_t image_judge_slot(const boot_setting *setting, uint8_t slot, uint32_t least);

#endif
