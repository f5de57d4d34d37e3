#include "watch.h"

#include <stdint.h>

#include "hardware/sync.h"
#include "hardware/watchdog.h"
#include "pico/platform.h"
#include "serialLine.h"

#define PAINT 0xa5a5a5a5u
/** A frame may leave this much untouched: an array that it didn't fill. */
#define GAP_WORDS 64

/** Of the linker script: all of RAM from the one to the other is the stack's. */
extern uint32_t __StackLimit[], __StackTop[];

void watch_start(void) { watchdog_enable(WATCHDOG_MS, true); }

void watch_paint_stack(void) {
  uint32_t *const here = __builtin_frame_address(0);
  for (uint32_t *word = __StackLimit; word < here - GAP_WORDS; word += 1) *word = PAINT;
}

size_t watch_stack_bytes(void) { return (size_t)(__StackTop - __StackLimit) * sizeof(uint32_t); }

size_t watch_stack_peak(void) {
  static uint32_t *lowest;
  if (lowest == NULL) lowest = __builtin_frame_address(0);
  for (uint32_t *word = lowest; word > __StackLimit && lowest - word < GAP_WORDS; word -= 1)
    if (word[-1] != PAINT) lowest = word - 1;
  return (size_t)(__StackTop - lowest) * sizeof(uint32_t);
}

static void say_now(const char *text) {
  while (*text != '\0') uart_putc_raw(console_line.uart, *text++);
}

_Noreturn void board_fatal(const char *reason) {
  save_and_disable_interrupts(); /* and so the console's ring stays where it is: what follows goes straight to the UART */
  say_now("\r\nfatal: ");
  say_now(reason);
  say_now("\r\n");
  uart_tx_wait_blocking(console_line.uart);
  watchdog_reboot(0, 0, 0);
  for (;;) __wfi();
}

/** The SDK's end of everything. @param format the text says where, which nobody can see here without the values */
_Noreturn void board_panic(const char *format, ...) { board_fatal(format); }

/** The C library's. The SDK's would print, and nothing else in the image does: 9 KB. */
_Noreturn void __assert_func(const char *file, int line, const char *function, const char *expression) {
  (void)file, (void)line, (void)function;
  board_fatal(expression);
}

/** The chip's own name for this handler. */
void isr_hardfault(void) { board_fatal("hard fault"); }
