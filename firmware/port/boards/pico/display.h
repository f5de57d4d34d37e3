/** The board's light as the customer's display: each prompt has a rhythm of its own. */
#pragma once
#include <stdint.h>

void display_start(void);
/** @param prompt a value of the protocol's PROMPT, 0 for nothing */
void display_show(int32_t prompt);
/** Two seconds of flicker. */
void display_wink(void);
/** Sets the light to what the time asks for. @returns when it changes next, in microseconds since the start; UINT64_MAX: it stays */
uint64_t display_work(void);
