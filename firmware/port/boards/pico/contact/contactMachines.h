/**
 * The two state machines of PIO that hold the contact I/O, one that sends and one that receives (contactLine.pio). One of them
 * runs at a time, or none. What a character means is contactLine.c's matter.
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

typedef enum { RECEIVER_IDLE, RECEIVER_HELD_LOW, RECEIVER_AT_WORK } contact_receiver;

/** @param serve called by the interrupt whenever a word can be taken */
void contact_machines_start(void (*serve)(void));
/** @param cycles of the processor in an etu */
void contact_set_etu(uint32_t cycles);
/** Whether wrong parity is signalled to the card. */
void contact_set_signal(bool is_on);
/** The receiver's count of ones begins with 1 for a card of the inverse convention. */
void contact_set_seed(bool is_inverse);

void contact_draw_low(bool is_low);
void contact_stop(void);
void contact_send(void);
void contact_receive(void);
contact_receiver contact_receiver_state(void);

/** A word of the sender: the ten bits that are drawn low, above the etu to wait besides, 8 bits. There is room for four. */
void contact_put(uint32_t word);
/** False: there is none. */
bool contact_take_received(uint32_t *word);
/** One for each character sent, 0 when the card drew the line low behind it. */
bool contact_take_sent(uint32_t *word);
