/** `FirmwareStore` of board.h on this board; the rules are those of firmware/port/boot. */
#pragma once
#include <stdint.h>

/** Fatal when the header of the running image or the slots' records can't be read. */
void firmware_start(void);
/** Restarts, when that is due. @returns when it will be, in microseconds since the start */
uint64_t firmware_work(void);
