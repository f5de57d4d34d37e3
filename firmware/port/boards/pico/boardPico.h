/** What the main loop needs of the board beside board.h: the reader's (boardPico.c) and the dynamic card's (cardPico.c). */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/** Console first, so that everything after it can be heard. */
void board_start_console(void);
/** Provisioning, records, front end, and what else the device has. Fatal when there is nothing to be provisioned with. */
void board_start_device(void);

/** Serves bus and light. Never calls the script. @returns when there is more to do, in microseconds since the start */
uint64_t board_work(void);
/** Something came that the script hasn't been told of. @param settles_us becomes earlier when a frame is still coming in */
bool board_take_news(uint64_t *settles_us);
/** Erases ahead in flash, when there is something to erase: nothing is served for 45 ms then. */
void board_tidy(void);
/** Sleeps until an interrupt, at the latest until then, in microseconds since the start. */
void board_sleep(uint64_t until_us);
