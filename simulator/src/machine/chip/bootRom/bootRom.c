/*
 * The functions of the emulated chip's boot ROM. What belongs to the flash chip, and what ends the program, stops at a
 * breakpoint that the emulator answers: the numbers are in simulator/src/machine/chip/romTraps.ts.
 * Source: RP2040 datasheet 2.8.3.1. Our own code; nothing of the maker's ROM is in it.
 */
#include <stddef.h>
#include <stdint.h>

#define ROM_FUNCTION __attribute__((noinline, used))

ROM_FUNCTION uint32_t rom_popcount32(uint32_t value) {
    uint32_t count = 0;
    for (; value != 0; value &= value - 1) count += 1;
    return count;
}

ROM_FUNCTION uint32_t rom_reverse32(uint32_t value) {
    uint32_t reversed = 0;
    for (int i = 0; i < 32; i += 1) {
        reversed = reversed << 1 | (value & 1);
        value >>= 1;
    }
    return reversed;
}

ROM_FUNCTION uint32_t rom_clz32(uint32_t value) {
    if (value == 0) return 32;
    uint32_t count = 0;
    for (; (value & 0x80000000u) == 0; value <<= 1) count += 1;
    return count;
}

ROM_FUNCTION uint32_t rom_ctz32(uint32_t value) {
    if (value == 0) return 32;
    uint32_t count = 0;
    for (; (value & 1) == 0; value >>= 1) count += 1;
    return count;
}

ROM_FUNCTION uint8_t *rom_memset(uint8_t *to, uint8_t value, size_t length) {
    uint8_t *at = to;
    const uint32_t word = value * 0x01010101u;
    for (; length > 0 && ((uintptr_t)at & 3) != 0; length -= 1) *at++ = value;
    for (; length >= 16; length -= 16) {
        uint32_t *words = (uint32_t *)at;
        words[0] = words[1] = words[2] = words[3] = word;
        at += 16;
    }
    for (; length >= 4; length -= 4) {
        *(uint32_t *)at = word;
        at += 4;
    }
    for (; length > 0; length -= 1) *at++ = value;
    return to;
}

ROM_FUNCTION uint8_t *rom_memcpy(uint8_t *to, const uint8_t *from, size_t length) {
    uint8_t *at = to;
    if ((((uintptr_t)at ^ (uintptr_t)from) & 3) == 0) {
        for (; length > 0 && ((uintptr_t)at & 3) != 0; length -= 1) *at++ = *from++;
        for (; length >= 16; length -= 16) {
            uint32_t *words = (uint32_t *)at;
            const uint32_t *source = (const uint32_t *)from;
            const uint32_t first = source[0], second = source[1], third = source[2], fourth = source[3];
            words[0] = first;
            words[1] = second;
            words[2] = third;
            words[3] = fourth;
            at += 16;
            from += 16;
        }
        for (; length >= 4; length -= 4) {
            *(uint32_t *)at = *(const uint32_t *)from;
            at += 4;
            from += 4;
        }
    }
    for (; length > 0; length -= 1) *at++ = *from++;
    return to;
}

#define ROM_TRAP(name, number)                               \
    ROM_FUNCTION __attribute__((naked)) void name(void) {    \
        __asm volatile("bkpt #" #number "\n bx lr");         \
    }

ROM_TRAP(rom_connect_internal_flash, 0x10)
ROM_TRAP(rom_flash_exit_xip, 0x11)
ROM_TRAP(rom_flash_range_erase, 0x12)
ROM_TRAP(rom_flash_range_program, 0x13)
ROM_TRAP(rom_flash_flush_cache, 0x14)
ROM_TRAP(rom_flash_enter_cmd_xip, 0x15)
ROM_TRAP(rom_reset_usb_boot, 0x16)
ROM_TRAP(rom_wait_for_vector, 0x17)
ROM_TRAP(rom_reset, 0x18)
ROM_TRAP(rom_fault, 0x19)

/* Entries: two characters of the code, then the function; code 0 ends the table. */
ROM_FUNCTION void *rom_table_lookup(const uint16_t *table, uint32_t code) {
    for (; table[0] != 0; table += 2)
        if (table[0] == code) return (void *)(uintptr_t)table[1];
    return NULL;
}
