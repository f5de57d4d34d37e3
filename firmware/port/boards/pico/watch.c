#include "watch.h"

#include <stdint.h>

#include "hardware/structs/mpu.h"
#include "hardware/sync.h"
#include "hardware/watchdog.h"
#include "pico/platform.h"
#include "serialLine.h"

#define PAINT 0xa5a5a5a5u
/** A frame may leave this much untouched: an array that it didn't fill. */
#define GAP_WORDS 64

/** Of the linker script: all of RAM from the one to the other is the stack's. */
extern uint32_t __StackLimit[], __StackTop[];

#define FLASH_START 0x10000000u
#define FLASH_WINDOW_BYTES 0x04000000u /* the same flash, by several ways of caching */

/** The script's heap as it was built lies in flash: who writes to it ends in a hard fault, not in a cache that forgets it. */
static void guard_flash(void) {
#if PICO_RP2040
  mpu_hw->rbar = FLASH_START | M0PLUS_MPU_RBAR_VALID_BITS;
  mpu_hw->rasr = 6u << 24 /* read only */ | 1u << 17 /* cached, written through */ | 25u << M0PLUS_MPU_RASR_SIZE_LSB | M0PLUS_MPU_RASR_ENABLE_BITS;
  mpu_hw->ctrl = M0PLUS_MPU_CTRL_PRIVDEFENA_BITS | M0PLUS_MPU_CTRL_ENABLE_BITS;
#else
  mpu_hw->mair[0] = 0xaa; /* cached, written through */
  mpu_hw->rnr = 0;
  mpu_hw->rbar = FLASH_START | 3u << M33_MPU_RBAR_AP_LSB /* read only */;
  mpu_hw->rlar = ((FLASH_START + FLASH_WINDOW_BYTES - 1) & M33_MPU_RLAR_LIMIT_BITS) | M33_MPU_RLAR_EN_BITS;
  mpu_hw->ctrl = M33_MPU_CTRL_PRIVDEFENA_BITS | M33_MPU_CTRL_ENABLE_BITS;
#endif
  __dsb();
  __isb();
}

void watch_start(void) {
  watchdog_enable(WATCHDOG_MS, true);
  guard_flash();
}

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
