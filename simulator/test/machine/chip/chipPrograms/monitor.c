/** A program for tests of the emulated chip: one letter on UART0 does one thing, and the answer is a line. */
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define UART_DATA REGISTER(0x40034000)
#define UART_FLAGS REGISTER(0x40034018)
#define UART_RECEIVE_EMPTY (1u << 4)
#define WATCHDOG_CTRL REGISTER(0x40058000)
#define WATCHDOG_LOAD REGISTER(0x40058004)
#define WATCHDOG_SCRATCH_0 REGISTER(0x4005800c)
#define WATCHDOG_ENABLE (1u << 30)
#define RANDOM_BIT REGISTER(0x4006001c)
#define TIMER_LOW REGISTER(0x4005400c)
#define SECTOR 0x10000u

static void say(const char *text) {
  while (*text != 0) UART_DATA = (uint8_t)*text++;
}

static void say_hex(uint32_t value) {
  for (int shift = 28; shift >= 0; shift -= 4) UART_DATA = (uint8_t)"0123456789abcdef"[value >> shift & 15];
  say("\n");
}

static void *rom(char first, char second) {
  void *(*lookup)(const uint16_t *, uint32_t) = (void *)(uintptr_t) * (uint16_t *)0x18;
  return lookup((const uint16_t *)(uintptr_t) * (uint16_t *)0x14, (uint32_t)first | (uint32_t)second << 8);
}

/* The ROM's functions are called from RAM, with flash switched off; the emulator lets it be. */
static void erase(void) { ((void (*)(uint32_t, uint32_t, uint32_t, uint8_t))rom('R', 'E'))(SECTOR, 4096, 65536, 0xd8); }

static void program(uint8_t mask) {
  uint8_t *page = (uint8_t *)0x20000000;
  for (uint32_t at = 0; at < 256; at += 1) page[at] = (uint8_t)(at | 0xf0) & mask;
  ((void (*)(uint32_t, const uint8_t *, uint32_t))rom('R', 'P'))(SECTOR, page, 256);
}

static void say_rom_functions(void) {
  uint32_t *words = (uint32_t *)0x20000200;
  ((void *(*)(void *, uint8_t, uint32_t))rom('M', 'S'))((uint8_t *)words + 1, 0x5a, 5);
  ((void *(*)(void *, const void *, uint32_t))rom('M', 'C'))(words + 4, words, 8);
  say_hex(words[5]);
  say_hex(((uint32_t(*)(uint32_t))rom('P', '3'))(0xf0f0f001));
  say_hex(((uint32_t(*)(uint32_t))rom('L', '3'))(0x00010000));
  say_hex(((uint32_t(*)(uint32_t))rom('T', '3'))(0x00010000));
  say_hex(((uint32_t(*)(uint32_t))rom('R', '3'))(0x00000001));
}

/* The compiler would load byte by byte, where it sees that there is no word. */
static void load_unaligned(void) { __asm volatile("ldr r0, [%0]" ::"r"(0x20000001) : "r0"); }

static void hang_with_watchdog(void) {
  WATCHDOG_LOAD = 20000;
  WATCHDOG_CTRL = WATCHDOG_ENABLE;
  for (;;) __asm volatile("wfi");
}

#define IS_DOUBLE REGISTER(0x20000100)

__attribute__((used)) void fault(void) {
  say("fault\n");
  if (IS_DOUBLE == 1) load_unaligned();
  for (;;) __asm volatile("wfi");
}

static void run(char letter) {
  switch (letter) {
    case 'p': say("pong\n"); break;
    case 'b': say_rom_functions(); break;
    case 'e': erase(); say("erased\n"); break;
    case 'w': program(0xff); say("programmed\n"); break;
    case 'W': program(0x3c); say("programmed\n"); break;
    case 'r': say_hex(REGISTER(0x10000000 + SECTOR + 4)); break;
    case 'S': /* as firmware/port/boards/pico/watch.c does it */
      REGISTER(0xe000ed9c) = 0x10000010;
      REGISTER(0xe000eda0) = 6 << 24 | 1 << 17 | 25 << 1 | 1;
      REGISTER(0xe000ed94) = 5; /* fall through */
    case 's':
      REGISTER(0) = 1;
      REGISTER(0x10000000) = 1;
      say("stored\n");
      break;
    case 'n': {
      uint32_t bits = 0;
      for (int at = 0; at < 32; at += 1) bits = bits << 1 | (RANDOM_BIT & 1);
      say_hex(bits);
      break;
    }
    case 't': say_hex(TIMER_LOW); break;
    case 'm': say_hex(REGISTER(0x20010000)); break;
    case 'M': REGISTER(0x20010000) = 0x12345678; break;
    case 'i': for (;;) __asm volatile("wfi");
    case 'd': IS_DOUBLE = 1; /* fall through */
    case 'u': load_unaligned(); break;
    case 'k': WATCHDOG_SCRATCH_0 += 1; hang_with_watchdog();
  }
}

int main(void) {
  IS_DOUBLE = 0;
  say("start ");
  say_hex(WATCHDOG_SCRATCH_0);
  for (;;)
    if ((UART_FLAGS & UART_RECEIVE_EMPTY) == 0) run((char)UART_DATA);
}
