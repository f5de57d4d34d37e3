#include "bootPico.h"

#include "flashLayout.h"
#include "flashPico.h"
#include "hardware/regs/addressmap.h"
#include "releaseKeys.gen.h"

/** Images name the revisions that they are for; there is one. */
#define HARDWARE_REVISION 0

const boot_setting pico_boot = {
    .flash = &pico_flash,
    .slot_offset = {FLASH_SLOT_A_OFFSET, FLASH_SLOT_B_OFFSET},
    .records_offset = FLASH_SLOT_RECORDS_OFFSET,
    .records_sectors = FLASH_SLOT_RECORDS_SECTORS,
    .body_bytes_max = FLASH_BODY_BYTES_MAX,
    .address_of_flash = XIP_BASE,
    .model = COMPTOIR_MODEL_NUMBER,
    .image_type = COMPTOIR_IMAGE_TYPE,
    .hardware = 1u << HARDWARE_REVISION,
    .takes_development_images = COMPTOIR_DEVELOPMENT,
    .key_epoch = RELEASE_KEY_EPOCH,
    .keys = release_keys,
};
