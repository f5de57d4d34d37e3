/*
 * The fixed part of the emulated chip's boot ROM: vectors, and the tables by which the SDK finds ROM functions.
 * Source: RP2040 datasheet 2.8.3. Our own code; nothing of the maker's ROM is in it.
 */
    .syntax unified
    .cpu cortex-m0plus
    .thumb

    .section .vectors, "a"
    .word 0x20041f00                    /* initial stack pointer */
    .word rom_reset + 1
    .word rom_fault + 1                 /* NMI */
    .word rom_fault + 1                 /* HardFault */
    .byte 'M', 'u', 1                   /* magic */
    .byte 3                             /* version; the SDK asks for it */
    .hword function_table
    .hword data_table
    .hword rom_table_lookup + 1

    .section .tables, "a"
    .macro entry first, second, function
    .byte \first, \second
    .hword \function + 1
    .endm

function_table:
    entry 'P', '3', rom_popcount32
    entry 'R', '3', rom_reverse32
    entry 'L', '3', rom_clz32
    entry 'T', '3', rom_ctz32
    entry 'M', 'S', rom_memset
    entry 'S', '4', rom_memset
    entry 'M', 'C', rom_memcpy
    entry 'C', '4', rom_memcpy
    entry 'I', 'F', rom_connect_internal_flash
    entry 'E', 'X', rom_flash_exit_xip
    entry 'R', 'E', rom_flash_range_erase
    entry 'R', 'P', rom_flash_range_program
    entry 'F', 'C', rom_flash_flush_cache
    entry 'C', 'X', rom_flash_enter_cmd_xip
    entry 'U', 'B', rom_reset_usb_boot
    entry 'W', 'V', rom_wait_for_vector
    .hword 0, 0
data_table:
    .hword 0, 0
