/**
 * The flash of the board, for the record stores, the boot stage and updates. Interrupts are off during each operation, since
 * code can't be read meanwhile: 45 ms for a sector, less than 1 ms for a page (typical figures of the W25Q16JV).
 */
#pragma once
#include "flashPort.h"

extern const flash_port pico_flash;
