#include "serialLine.h"

#include "hardware/gpio.h"
#include "hardware/irq.h"
#include "hardware/sync.h"
#include "hardware/timer.h"

#define RING_MASK (SERIAL_RING_BYTES - 1)

serial_line console_line, nfc_line;

static uint32_t used(const serial_ring *ring) { return ring->put - ring->taken; }

/**
 * Moves bytes from the ring to the UART's own queue. The UART interrupts when that queue has run down, not while it is
 * empty: the first bytes must always be written from here.
 */
static void fill_queue(serial_line *line) {
  serial_ring *out = &line->out;
  while (used(out) > 0 && uart_is_writable(line->uart)) {
    uart_get_hw(line->uart)->dr = out->bytes[out->taken & RING_MASK];
    out->taken += 1;
  }
  if (used(out) > 0) hw_set_bits(&uart_get_hw(line->uart)->imsc, UART_UARTIMSC_TXIM_BITS);
  else hw_clear_bits(&uart_get_hw(line->uart)->imsc, UART_UARTIMSC_TXIM_BITS);
}

static void serve(serial_line *line) {
  serial_ring *in = &line->in;
  while (uart_is_readable(line->uart)) {
    const uint8_t byte = (uint8_t)uart_get_hw(line->uart)->dr;
    if (used(in) < SERIAL_RING_BYTES) {
      in->bytes[in->put & RING_MASK] = byte;
      in->put += 1;
    } else {
      line->lost += 1;
    }
    line->came_us = time_us_32();
  }
  fill_queue(line);
}

static void serve_console(void) { serve(&console_line); }
static void serve_nfc(void) { serve(&nfc_line); }

void serial_start(serial_line *line, unsigned baud) {
  const bool is_console = line == &console_line;
  const unsigned first_pin = is_console ? 0 : 4;
  const unsigned interrupt = is_console ? UART0_IRQ : UART1_IRQ;
  line->uart = is_console ? uart0 : uart1;
  uart_init(line->uart, baud);
  gpio_set_function(first_pin, GPIO_FUNC_UART);
  gpio_set_function(first_pin + 1, GPIO_FUNC_UART);
  gpio_pull_up(first_pin + 1); /* an open input would be full of noise */
  irq_set_exclusive_handler(interrupt, is_console ? serve_console : serve_nfc);
  irq_set_enabled(interrupt, true);
  uart_set_irq_enables(line->uart, true, false);
}

bool serial_write(serial_line *line, const uint8_t *bytes, size_t length) {
  serial_ring *out = &line->out;
  if (length > SERIAL_RING_BYTES - used(out)) return false;
  for (size_t at = 0; at < length; at += 1) out->bytes[(out->put + at) & RING_MASK] = bytes[at];
  const uint32_t interrupts = save_and_disable_interrupts();
  out->put += length;
  fill_queue(line);
  restore_interrupts(interrupts);
  return true;
}

void serial_write_all(serial_line *line, const uint8_t *bytes, size_t length) {
  for (size_t at = 0; at < length; at += 1)
    while (!serial_write(line, bytes + at, 1)) __wfe();
}

void serial_flush(serial_line *line) {
  while (used(&line->out) > 0) __wfe();
  uart_tx_wait_blocking(line->uart);
}

size_t serial_read(serial_line *line, uint8_t *bytes, size_t length) {
  serial_ring *in = &line->in;
  size_t count = 0;
  while (count < length && used(in) > 0) {
    bytes[count] = in->bytes[in->taken & RING_MASK];
    in->taken += 1;
    count += 1;
  }
  return count;
}

size_t serial_waiting(const serial_line *line) { return used(&line->in); }
