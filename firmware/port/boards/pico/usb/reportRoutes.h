/** Which interface a channel came from, so that its answers go back there. */
#pragma once
#include <stdint.h>

/** Remembers that this report came from this interface. */
void routes_learn(const uint8_t report[64], uint8_t interface_number);

/**
 * The interface that reports of this channel go to. An answer to INIT carries the broadcast channel: it goes where the last
 * broadcast came from; hosts tell their answers apart by the nonce, and repeat INIT until they see it.
 */
uint8_t routes_find(const uint8_t report[64]);
