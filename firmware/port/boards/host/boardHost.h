/** The board of the host twin: each port is its driver's. */
#ifndef COMPTOIR_BOARD_HOST_H
#define COMPTOIR_BOARD_HOST_H

#include "frames.h"

/**
 * Takes a frame of the setting up:
 *   I  model 00 serial            F  configuration        E  entropy, used up byte by byte
 *   K  name 00 | length of the identifier 1 | identifier | key        N  the reader has a line to an NFC front end
 *   C  the reader has the contacts of a slot
 */
void board_host_set_up(const frame *given);

#endif
