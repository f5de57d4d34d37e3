/** Where things lie in flash, in bytes from its start. The image begins at 0. */
#pragma once
#include "pico.h"

/** What the reader is provisioned with (provision.h): 16 KiB, 64 KiB before the end. */
#define FLASH_PROVISION_OFFSET (PICO_FLASH_SIZE_BYTES - 64 * 1024)
#define FLASH_PROVISION_BYTES (16 * 1024)
