/** What the twins of reader and dynamic card have in common: how they are set up, and the ports that both have. Each is the driver's. */
#ifndef COMPTOIR_PORT_HOST_H
#define COMPTOIR_PORT_HOST_H

#include "frames.h"

/**
 * Takes a frame of the setting up:
 *   I  model 00 serial            E  entropy, used up byte by byte
 *   K  name 00 | length of the identifier 1 | identifier | key        O  kind of object 1 | public key of its signers
 *   N  there is a line to an NFC front end
 *   C  the reader has the contacts of a slot
 */
void board_host_set_up(const frame *given);

#endif
