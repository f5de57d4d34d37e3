/* Where the emulated chip begins, in place of the SDK's second-stage loader: vectors, stack, main. */
    .syntax unified
    .cpu cortex-m0plus
    .thumb
    .section .start, "ax"
    ldr r0, =vectors
    ldr r1, =0xe000ed08             /* VTOR */
    str r0, [r1]
    ldr r0, =0x20041000
    mov sp, r0
    ldr r0, =main
    bx r0
    .align 8
vectors:
    .word 0x20041000
    .word main
    .word fault
    .word fault
    .pool

    .weak fault
    .thumb_func
fault:
    bkpt #0
