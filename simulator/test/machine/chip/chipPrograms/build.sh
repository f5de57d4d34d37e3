#!/bin/sh
# Builds the programs of the chip tests and writes them as ../chipPrograms.gen.ts. Needs Debian's gcc-arm-none-eabi; the
# tests don't: the table is committed.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
flags='-mcpu=cortex-m0plus -mthumb'
made="$here/../chipPrograms.gen.ts"
echo "/** Programs for the emulated chip, from address 10000000 on. Made by chipPrograms/build.sh; don't edit. */" >"$made"
arm-none-eabi-gcc $flags -c "$here/start.S" -o "$work/start.o"
for name in monitor usbDevice; do
    arm-none-eabi-gcc $flags -std=c11 -Os -Wall -Wextra -Werror -Wno-array-bounds -ffreestanding -fno-builtin \
        -fno-delete-null-pointer-checks -fno-tree-loop-distribute-patterns -c "$here/$name.c" -o "$work/$name.o"
    arm-none-eabi-ld -T "$here/program.ld" "$work/start.o" "$work/$name.o" "$(arm-none-eabi-gcc $flags -print-libgcc-file-name)" \
        -o "$work/$name.elf"
    arm-none-eabi-objcopy -O binary "$work/$name.elf" "$work/$name.bin"
    printf "export const %s: string =\n  '%s';\n" "$name" "$(base64 -w 0 "$work/$name.bin")" >>"$made"
done
