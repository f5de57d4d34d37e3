/**
 * A reader's slots and boot stage on the flash model, driven by lines; bytes are hexadecimal. Laid out as on the Pico.
 *
 *   new                    an empty flash              load SLOT IMAGE     as a programmer does it
 *   boot                   A, B or recovery            flip OFFSET BIT     a bit of the flash turns
 *   begin SIGNED_HEADER · write CHUNK BYTES · finish · confirm     REFUSAL OPERATIONS, of the flash
 *   flips SIGNED_HEADER    the refusals of all headers that differ in one bit, and what that did to the flash
 *   status · written · running                         bytes, - for none
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chooseSlot.h"
#include "firmwareStore.h"
#include "flashLayout.h"
#include "flashModel.h"
#include "releaseKeys.gen.h"

#define BYTES_MAX (FLASH_MANIFEST_BYTES + FLASH_BODY_BYTES_MAX)

static const boot_setting setting = {
    .flash = &flash_model,
    .slot_offset = {FLASH_SLOT_A_OFFSET, FLASH_SLOT_B_OFFSET},
    .records_offset = FLASH_SLOT_RECORDS_OFFSET,
    .records_sectors = FLASH_SLOT_RECORDS_SECTORS,
    .body_bytes_max = FLASH_BODY_BYTES_MAX,
    .address_of_flash = 0x10000000,
    .model = 1,
    .image_type = IMAGE_TYPE_READER,
    .hardware = 1,
    .takes_development_images = true,
    .key_epoch = RELEASE_KEY_EPOCH,
    .keys = release_keys,
};

static firmware_store store;
static uint8_t bytes[BYTES_MAX];
static char line[2 * BYTES_MAX + 64];

static size_t next_bytes(void) {
  const char *word = strtok(NULL, " \n");
  size_t length = 0;
  for (unsigned byte; word != NULL && length < sizeof bytes && sscanf(word + 2 * length, "%2x", &byte) == 1; length += 1)
    bytes[length] = (uint8_t)byte;
  return length;
}

static uint32_t next_number(void) {
  const char *word = strtok(NULL, " \n");
  return word == NULL ? 0 : (uint32_t)strtoul(word, NULL, 0);
}

static void tell_bytes(const uint8_t *told, size_t length) {
  if (length == 0) printf("-");
  for (size_t i = 0; i < length; i += 1) printf("%02x", told[i]);
  printf("\n");
}

static const char *boot(void) {
  record_store records;
  if (!record_store_open(&records, setting.flash, setting.records_offset, setting.records_sectors, SLOT_RECORD_NAMES)) return "no records";
  const boot_choice choice = choose_slot(&setting, &records);
  if (choice.verdict != IMAGE_GOOD) return "recovery";
  if (!firmware_open(&store, &setting, choice.slot)) return "not readable";
  return choice.slot == 0 ? "A" : "B";
}

static void flips(void) {
  const size_t length = next_bytes();
  const uint32_t before = flash_model_operations();
  for (size_t bit = 0; bit < 8 * length; bit += 1) {
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
    printf("%d ", (int)firmware_begin(&store, bytes, length));
    bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
  }
  printf("%u\n", flash_model_operations() - before);
}

static void change(const char *name) {
  const uint32_t before = flash_model_operations();
  refusal refused = REFUSAL_NONE;
  if (strcmp(name, "begin") == 0) {
    const size_t length = next_bytes();
    refused = firmware_begin(&store, bytes, length);
  } else if (strcmp(name, "write") == 0) {
    const uint32_t chunk = next_number();
    const size_t length = next_bytes();
    refused = firmware_write(&store, chunk, bytes, length);
  } else {
    refused = strcmp(name, "finish") == 0 ? firmware_finish(&store) : firmware_confirm(&store);
  }
  printf("%d %u\n", (int)refused, flash_model_operations() - before);
}

static void answer(const char *name) {
  if (strcmp(name, "new") == 0) {
    flash_model_start(FLASH_MODEL_BYTES_MAX, 1);
    printf("ok\n");
  } else if (strcmp(name, "load") == 0) {
    const uint32_t slot = next_number();
    const size_t length = next_bytes();
    memcpy(flash_model_bytes() + setting.slot_offset[slot], bytes, length);
    printf("ok\n");
  } else if (strcmp(name, "flip") == 0) {
    const uint32_t offset = next_number();
    flash_model_bytes()[offset] ^= (uint8_t)(1u << next_number());
    printf("ok\n");
  } else if (strcmp(name, "boot") == 0) {
    printf("%s\n", boot());
  } else if (strcmp(name, "flips") == 0) {
    flips();
  } else if (strcmp(name, "status") == 0) {
    firmware_status(&store, bytes);
    tell_bytes(bytes, FIRMWARE_STATUS_BYTES);
  } else if (strcmp(name, "written") == 0) {
    tell_bytes(bytes, firmware_written(&store, bytes));
  } else if (strcmp(name, "running") == 0) {
    tell_bytes(firmware_running(&store), IMAGE_HEADER_BYTES);
  } else {
    change(name);
  }
  fflush(stdout);
}

int main(void) {
  flash_model_start(FLASH_MODEL_BYTES_MAX, 1);
  printf("ready\n");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) != NULL) {
    const char *name = strtok(line, " \n");
    if (name != NULL) answer(name);
  }
  return 0;
}
