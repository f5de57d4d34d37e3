/**
 * `Records` of board.h in this board's flash.
 */
#pragma once
#include <stdint.h>

/** Fatal when there is no room. */
void records_start(uint32_t offset, uint32_t sectors, uint32_t names);
