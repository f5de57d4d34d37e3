/**
 * The engine's heap: one arena that the port gives, nothing outside of it.
 */
#ifndef COMPTOIR_HEAP_H
#define COMPTOIR_HEAP_H

#include <stddef.h>

/** Starts afresh; all that was allocated before is gone. @param arena aligned to 8 bytes @param bytes at least 64 */
void heap_start(void *arena, size_t bytes);
/** Aligned to 8 bytes; NULL when no free block is large enough. */
void *heap_allocate(size_t bytes);
void heap_free(void *block);
/** What a block really has room for, at least what was asked for. */
size_t heap_room(const void *block);
/** In use now, headers included. */
size_t heap_used(void);
/** The most that was in use since the start. */
size_t heap_peak(void);

#endif
