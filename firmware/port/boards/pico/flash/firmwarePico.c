#include "firmwarePico.h"

#include <string.h>

#include "board.h"
#include "bootPico.h"
#include "firmwareStore.h"
#include "flashLayout.h"
#include "hardware/regs/addressmap.h"
#include "hardware/watchdog.h"
#include "pico/time.h"

/** The bus takes what was queued in the meantime. */
#define RESTART_US (100 * 1000)

_Static_assert(BOARD_IMAGE_HEADER_BYTES == IMAGE_HEADER_BYTES && BOARD_SLOT_STATUS_BYTES == FIRMWARE_STATUS_BYTES &&
                 BOARD_WRITTEN_BYTES_MAX == FIRMWARE_WRITTEN_BYTES_MAX, "board.h promises something else");

/** Of the linker script: where this image's body begins. */
extern const uint8_t __logical_binary_start[];

static firmware_store store;
static uint64_t restart_us = UINT64_MAX;

void firmware_start(void) {
  const uintptr_t own = (uintptr_t)__logical_binary_start - XIP_BASE;
  if (!firmware_open(&store, &pico_boot, own >= FLASH_SLOT_B_OFFSET ? 1 : 0)) board_fatal("the slots can't be read");
}

uint64_t firmware_work(void) {
  if (time_us_64() >= restart_us) {
    watchdog_reboot(0, 0, 0);
    for (;;) tight_loop_contents();
  }
  return restart_us;
}

/* interface FirmwareStore */

bool board_has_firmware(void) { return true; }

void board_firmware_running(uint8_t header[BOARD_IMAGE_HEADER_BYTES]) { memcpy(header, firmware_running(&store), BOARD_IMAGE_HEADER_BYTES); }

void board_firmware_status(uint8_t status[BOARD_SLOT_STATUS_BYTES]) { firmware_status(&store, status); }

int32_t board_firmware_begin(const uint8_t *manifest, size_t length) { return (int32_t)firmware_begin(&store, manifest, length); }

int32_t board_firmware_write(uint32_t chunk, const uint8_t *bytes, size_t length) { return (int32_t)firmware_write(&store, chunk, bytes, length); }

size_t board_firmware_written(uint8_t bits[BOARD_WRITTEN_BYTES_MAX]) { return firmware_written(&store, bits); }

int32_t board_firmware_finish(void) { return (int32_t)firmware_finish(&store); }

int32_t board_firmware_confirm(void) { return (int32_t)firmware_confirm(&store); }

void board_firmware_restart(void) { restart_us = time_us_64() + RESTART_US; }
