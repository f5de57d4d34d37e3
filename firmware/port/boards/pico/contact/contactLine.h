/**
 * The contacts of a slot: power, clock and reset by pins, characters on the I/O line by PIO. What ContactLinePort of board.ts
 * promises is kept here: the sequences of activation, reset and deactivation, the time between the directions, the error
 * signal and its repetitions, and that a card that is pulled loses its power.
 * Source: EMV 4.4 Book 1 §6.1, §7.2, §9.2.2.1, §9.2.3.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board.h"

/* Pins. The levels are those of a slot with a load switch and a switch to ground; an interface chip may want others. */
#define CONTACT_IO_PIN 2
#define CONTACT_RST_PIN 3
#define CONTACT_CLK_PIN 6
#define CONTACT_POWER_PIN 7
#define CONTACT_SWITCH_PIN 8
#ifndef CONTACT_POWER_ON_LEVEL
#define CONTACT_POWER_ON_LEVEL 1
#endif
#ifndef CONTACT_CARD_LEVEL
#define CONTACT_CARD_LEVEL 0
#endif

void contact_line_start(void);

/** Something came that the script hasn't been told of. @param settles_us becomes earlier when characters are still coming */
bool contact_line_take_news(uint64_t *settles_us);
