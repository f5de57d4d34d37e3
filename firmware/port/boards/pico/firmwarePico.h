/** `FirmwareStore` of board.h on this board; the rules are those of firmware/port/boot. */
#pragma once
#include <stdint.h>

/** Fatal when there is no place for the slots' records. */
void firmware_start(void);
/** Restarts, when that is due. @returns when it will be, in microseconds since the start */
uint64_t firmware_work(void);
