/*
 * void sha256_block(uint32_t state[8], const uint8_t data[64]): one block of SHA-256 for Cortex-M0+, which has eight registers that it can
 * work with and keeps values only in the others. `data` is aligned to a word. 3,801 instructions, where the compiler makes 6,000 of mbedTLS's;
 * decision record 85.
 * Source: FIPS 180-4 §4.1.2, §4.2.2, §6.2.2, with its letters.
 *
 *   r4 to r7     e, f, g, h, which change places from round to round      r8 to r11   a, b, c, d, in the same way
 *   r12          b ^ c, which is the a ^ b of the round before            r3          the constant of the round
 *   sp           the last 16 words of the schedule, then the count of the rounds' repetitions; wiped at the end
 */
#if defined(__ARM_ARCH_6M__)
  .syntax unified
  .cpu cortex-m0plus
  .thumb

  .set SCHEDULE_BYTES, 64
  .set COUNT, SCHEDULE_BYTES
  .set FRAME_BYTES, SCHEDULE_BYTES + 8

/* h += Σ1(e) + Ch(e, f, g) + K + W; d += h; h += Σ0(a) + Maj(a, b, c). The caller names the registers anew for the next round. */
.macro work e, f, g, h, a, b, c, d
  ldmia r3!, {r1}
  adds \h, r1
  movs r0, \f
  eors r0, \g
  ands r0, \e
  eors r0, \g
  adds \h, r0
  movs r0, \e
  movs r1, #14
  rors r0, r1
  eors r0, \e
  movs r1, #5
  rors r0, r1
  eors r0, \e
  movs r1, #6
  rors r0, r1
  adds \h, r0
  /* The sum of e becomes d's, and d, which isn't needed any more, holds what will be a. */
  mov r1, \a
  movs r2, \h
  add \h, \d
  mov \d, r2
  movs r0, r1
  movs r2, #9
  rors r0, r2
  eors r0, r1
  movs r2, #11
  rors r0, r2
  eors r0, r1
  movs r2, #2
  rors r0, r2
  add \d, r0
  /* Maj(a, b, c) is b ^ ((a ^ b) & (b ^ c)). */
  mov r2, \b
  eors r1, r2
  mov r0, r12
  mov r12, r1
  ands r0, r1
  eors r0, r2
  add \d, r0
.endm

/* W of rounds 0 to 15 are the block's. */
.macro first at, e, f, g, h, a, b, c, d
  ldr r1, [sp, #4 * \at]
  adds \h, r1
  work \e, \f, \g, \h, \a, \b, \c, \d
.endm

/* W += σ0(W of 15 before) + W of 7 before + σ1(W of 2 before): all in the places of 16 words. */
.macro next at, e, f, g, h, a, b, c, d
  ldr r0, [sp, #4 * ((\at + 1) % 16)]
  movs r2, r0
  movs r1, #11
  rors r2, r1
  eors r2, r0
  movs r1, #7
  rors r2, r1
  lsrs r0, r0, #3
  eors r2, r0
  ldr r0, [sp, #4 * \at]
  adds r2, r0
  ldr r0, [sp, #4 * ((\at + 9) % 16)]
  adds r2, r0
  mov lr, r2
  ldr r0, [sp, #4 * ((\at + 14) % 16)]
  movs r2, r0
  movs r1, #2
  rors r2, r1
  eors r2, r0
  movs r1, #17
  rors r2, r1
  lsrs r0, r0, #10
  eors r2, r0
  add r2, lr
  str r2, [sp, #4 * \at]
  adds \h, r2
  work \e, \f, \g, \h, \a, \b, \c, \d
.endm

.macro four kind, at
  \kind \at, r4, r5, r6, r7, r8, r9, r10, r11
  \kind (\at + 1), r7, r4, r5, r6, r11, r8, r9, r10
  \kind (\at + 2), r6, r7, r4, r5, r10, r11, r8, r9
  \kind (\at + 3), r5, r6, r7, r4, r9, r10, r11, r8
.endm

.macro sixteen kind
  four \kind, 0
  four \kind, 4
  four \kind, 8
  four \kind, 12
.endm

  .section .text.sha256_block, "ax", %progbits
  .global sha256_block
  .type sha256_block, %function
  .thumb_func
  .balign 4
sha256_block:
  push {r4-r7, lr}
  mov r2, r8
  mov r3, r9
  mov r4, r10
  mov r5, r11
  push {r0, r2-r5}
  sub sp, #FRAME_BYTES
  mov r6, sp
.rept 4
  ldmia r1!, {r2-r5}
  rev r2, r2
  rev r3, r3
  rev r4, r4
  rev r5, r5
  stmia r6!, {r2-r5}
.endr
  ldmia r0!, {r1-r4}
  mov r8, r1
  mov r9, r2
  mov r10, r3
  mov r11, r4
  eors r2, r3
  mov r12, r2
  ldmia r0!, {r4-r7}
  ldr r3, constants
  movs r0, #0
  str r0, [sp, #COUNT]
  b begin
  .balign 4
constants:
  .word sha256_constants
begin:
  sixteen first
again:
  sixteen next
  ldr r0, [sp, #COUNT]
  adds r0, #1
  str r0, [sp, #COUNT]
  cmp r0, #3
  beq done
  bl again /* reaches further than b; lr is free here */
done:
  ldr r0, [sp, #FRAME_BYTES]
  ldmia r0!, {r1-r3}
  add r8, r1
  add r9, r2
  add r10, r3
  subs r0, #12
  mov r1, r8
  mov r2, r9
  mov r3, r10
  stmia r0!, {r1-r3}
  ldr r1, [r0]
  add r1, r11
  stmia r0!, {r1}
  ldmia r0!, {r1-r3}
  adds r4, r1
  adds r5, r2
  adds r6, r3
  ldr r1, [r0]
  adds r7, r1
  subs r0, #12
  stmia r0!, {r4-r7}
  /* What is hashed may be a secret. */
  movs r0, #0
  movs r1, #0
  movs r2, #0
  movs r3, #0
  mov r4, sp
.rept SCHEDULE_BYTES / 16
  stmia r4!, {r0-r3}
.endr
  add sp, #FRAME_BYTES
  pop {r0, r2-r5}
  mov r8, r2
  mov r9, r3
  mov r10, r4
  mov r11, r5
  pop {r4-r7, pc}
  .size sha256_block, . - sha256_block

  .section .rodata.sha256_constants, "a", %progbits
  .balign 4
sha256_constants:
  .word 0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5
  .word 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174
  .word 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da
  .word 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967
  .word 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85
  .word 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070
  .word 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3
  .word 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
#endif
