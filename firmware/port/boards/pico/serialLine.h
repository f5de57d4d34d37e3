/**
 * An asynchronous serial line: 8 data bits, no parity, one stop bit, both directions through rings that interrupts serve.
 * Memory: the rings are the line's own; their sizes are powers of two.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hardware/uart.h"

#define SERIAL_RING_BYTES 512 /* the longest frame of the NFC front end has 274 */

typedef struct {
  uint8_t bytes[SERIAL_RING_BYTES];
  volatile uint32_t put, taken; /* run on; their difference is what waits */
} serial_ring;

typedef struct {
  uart_inst_t *uart;
  serial_ring out, in;
  volatile uint32_t lost;    /* bytes that came and met a full ring */
  volatile uint32_t came_us; /* when the last byte came, lower half of the time */
} serial_line;

extern serial_line console_line; /* UART0, GP0 out, GP1 in */
extern serial_line nfc_line;     /* UART1, GP4 out, GP5 in */

void serial_start(serial_line *line, unsigned baud);

/** Queues all the bytes, or none and gives false. */
bool serial_write(serial_line *line, const uint8_t *bytes, size_t length);

/** Queues all the bytes, waiting for room as long as it takes. */
void serial_write_all(serial_line *line, const uint8_t *bytes, size_t length);

/** Waits until the last byte has left. */
void serial_flush(serial_line *line);

/** Takes at most `length` bytes of what came. Gives how many. */
size_t serial_read(serial_line *line, uint8_t *bytes, size_t length);

/** How many bytes wait to be read. */
size_t serial_waiting(const serial_line *line);
