#!/bin/sh
# Builds the boot ROM and writes it as ../bootRom.gen.ts. Needs Debian's gcc-arm-none-eabi; whoever only runs the
# emulator doesn't: the table is committed. The same sources and compiler give the same bytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags='-mcpu=cortex-m0plus -mthumb'
arm-none-eabi-gcc $flags -std=c11 -O2 -Wall -Wextra -Werror -ffreestanding -fno-builtin -fno-tree-loop-distribute-patterns \
    -c "$here/bootRom.c" -o "$work/functions.o"
arm-none-eabi-gcc $flags -c "$here/bootRom.S" -o "$work/tables.o"
arm-none-eabi-ld -T "$here/bootRom.ld" "$work/tables.o" "$work/functions.o" -o "$work/bootRom.elf"
arm-none-eabi-objcopy -O binary "$work/bootRom.elf" "$work/bootRom.bin"
{
    echo "/** The boot ROM of the emulated chip. Made by bootRom/build.sh from bootRom/; don't edit. */"
    echo "export const BOOT_ROM_BASE64: string ="
    printf "  '%s';\n" "$(base64 -w 0 "$work/bootRom.bin")"
} >"$here/../bootRom.gen.ts"
