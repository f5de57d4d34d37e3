/**
 * The boot stage, at the start of flash. It decides which slot runs, and no byte of a slot runs before its signatures and its
 * hash have been checked. When neither slot is good the chip shows itself as its own boot drive, as with the button held:
 * docs/decisions/0006-recovery-is-the-chips-own-boot-drive.md.
 */
#include "bootPico.h"
#include "chooseSlot.h"
#include "hardware/structs/nvic.h"
#include "hardware/structs/scb.h"
#include "hardware/structs/systick.h"
#include "hardware/sync.h"
#include "hardware/watchdog.h"
#include "pico/bootrom.h"

/** An image that hangs before it has a watchdog of its own is reset, too, so that its start counts. */
#define START_MS_MAX 8000

_Noreturn static void recover(void) {
  reset_usb_boot(0, 0);
  for (;;) __wfi();
}

/** The SDK's end of everything: nothing is to be printed here. */
_Noreturn void boot_panic(const char *format, ...) {
  (void)format;
  recover();
}

/** The chip's own name for this handler. */
void isr_hardfault(void) { recover(); }

/** As after a reset, but for the clocks, which the image sets anew. */
static void leave_quietly(void) {
  systick_hw->csr = 0;
#if PICO_RP2040
  nvic_hw->icer = nvic_hw->icpr = UINT32_MAX;
#else
  for (unsigned word = 0; word < 2; word += 1) nvic_hw->icer[word] = nvic_hw->icpr[word] = UINT32_MAX;
  __asm volatile("msr msplim, %0" ::"r"(0));
#endif
}

/** @param vectors the first word is the stack, the second where to begin */
_Noreturn static void start(const uint32_t *vectors) {
  scb_hw->vtor = (uintptr_t)vectors;
  __asm volatile(
      "msr msp, %0\n"
      "cpsie i\n"
      "bx %1\n" ::"r"(vectors[0]), "r"(vectors[1]));
  __builtin_unreachable();
}

int main(void) {
  record_store records;
  if (!record_store_open(&records, pico_boot.flash, pico_boot.records_offset, pico_boot.records_sectors, SLOT_RECORD_NAMES)) recover();
  volatile boot_choice choice = choose_slot(&pico_boot, &records);
  if (choice.verdict != IMAGE_GOOD) recover();
  watchdog_enable(START_MS_MAX, true);
  (void)save_and_disable_interrupts();
  leave_quietly();
  /* A skipped branch above isn't enough. */
  if (choice.verdict != IMAGE_GOOD || choice.slot >= BOOT_SLOTS) recover();
  start((const uint32_t *)pico_boot.flash->at(pico_boot.slot_offset[choice.slot] + IMAGE_MANIFEST_BYTES));
}
