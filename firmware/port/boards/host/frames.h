/**
 * How a twin, of the reader or of the dynamic card, asks its driver for the world: calls on standard output, answers on standard input, one at a time.
 *   call     name 1 | length 2, big endian | payload       answer   the same, name A, or U for undefined
 * The driver begins with the frames of its setting up, then `S` for each step; the twin ends a step with `D` and 4 bytes.
 */
#ifndef COMPTOIR_ACQUIRER_FRAMES_H
#define COMPTOIR_ACQUIRER_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_BYTES_MAX 65535

typedef struct {
  char name;
  size_t length;
  uint8_t payload[FRAME_BYTES_MAX];
} frame;

/** False when the driver is gone. */
bool frame_read(frame *read);
void frame_write(char name, const void *payload, size_t length);
/** Calls the driver. @returns the answer, or NULL for undefined; it lies in one place, until the next call */
const frame *frame_call(char name, const void *payload, size_t length);

/** The bytes of an answer. Fatal when there are more. */
size_t frame_copy(const frame *answer, uint8_t *place, size_t room);
/** Fatal when the answer isn't one byte. */
int32_t frame_first_byte(const frame *answer);
/** Big endian; 0 for undefined. */
uint32_t frame_number(const frame *answer);

#endif
