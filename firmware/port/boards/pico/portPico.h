/**
 * What the reader and the dynamic card need of this board alike: console, identity, clock, seed, the NFC front end's line, sleep.
 * portPico.c has the functions of board.h for these; what is here the two boards are made with.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/** The serial number that it was provisioned with; without one that of the flash chip, 16 hexadecimal digits. */
void port_start_identity(void);
void port_start_nfc(void);

/** A frame of the front end is told of when the line pauses, or when much has come. @param settles_us becomes earlier while one comes in */
bool port_take_nfc_news(uint64_t *settles_us);

/** Sleeps until an interrupt, at the latest until then. @param has_work asked before, and while a frame comes in: there is something to do */
void port_sleep(uint64_t until_us, bool (*has_work)(void));
