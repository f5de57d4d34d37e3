#include "contactMachines.h"

#include "contactLine.h"
#include "contactLine.pio.h"
#include "hardware/gpio.h"
#include "hardware/irq.h"
#include "hardware/pio.h"

#define PIO_CYCLES_AN_ETU 16

static PIO const pio = pio0;
enum { SENDER = 0, RECEIVER = 1 };
static unsigned send_program, receive_program;

static void set_instruction(unsigned offset, unsigned instruction) { pio->instr_mem[receive_program + offset] = instruction; }

void contact_set_seed(bool is_inverse) {
  set_instruction(contact_receive_offset_seed, is_inverse ? pio_encode_mov_not(pio_y, pio_null) : pio_encode_set(pio_y, 0));
}

void contact_set_etu(uint32_t cycles) {
  const uint32_t divider = cycles * (256 / PIO_CYCLES_AN_ETU);
  pio_sm_set_clkdiv_int_frac(pio, SENDER, (uint16_t)(divider >> 8), (uint8_t)divider);
  pio_sm_set_clkdiv_int_frac(pio, RECEIVER, (uint16_t)(divider >> 8), (uint8_t)divider);
}

void contact_set_signal(bool is_on) {
  /* Without a signal there is no time for a pause: the next character may begin 12 etu after this one, its parity right or not. */
  set_instruction(contact_receive_offset_signal, is_on ? pio_encode_set(pio_pindirs, 1) | pio_encode_delay(23) : pio_encode_set(pio_pindirs, 0));
}

void contact_draw_low(bool is_low) { pio_sm_set_consecutive_pindirs(pio, SENDER, CONTACT_IO_PIN, 1, is_low); }

static void stop_machine(unsigned machine) {
  pio_sm_set_enabled(pio, machine, false);
  pio_sm_clear_fifos(pio, machine);
}

void contact_stop(void) {
  stop_machine(SENDER);
  stop_machine(RECEIVER);
}

static void start_machine(unsigned machine, unsigned program) {
  contact_stop();
  pio_sm_restart(pio, machine);
  pio_sm_exec(pio, machine, pio_encode_jmp(program));
  pio_sm_set_enabled(pio, machine, true);
}

void contact_send(void) { start_machine(SENDER, send_program); }

void contact_receive(void) { start_machine(RECEIVER, receive_program); }

contact_receiver contact_receiver_state(void) {
  switch (pio_sm_get_pc(pio, RECEIVER) - receive_program) {
    case contact_receive_offset_idle: return RECEIVER_IDLE;
    case contact_receive_offset_silent: return RECEIVER_HELD_LOW;
    default: return RECEIVER_AT_WORK;
  }
}

void contact_put(uint32_t word) { pio_sm_put(pio, SENDER, word); }

static bool take(unsigned machine, uint32_t *word) {
  if (pio_sm_is_rx_fifo_empty(pio, machine)) return false;
  *word = pio_sm_get(pio, machine);
  return true;
}

bool contact_take_received(uint32_t *word) { return take(RECEIVER, word); }

bool contact_take_sent(uint32_t *word) { return take(SENDER, word); }

void contact_machines_start(void (*serve)(void)) {
  send_program = pio_add_program(pio, &contact_send_program);
  receive_program = pio_add_program(pio, &contact_receive_program);
  pio_sm_config sender = contact_send_program_get_default_config(send_program);
  sm_config_set_out_pins(&sender, CONTACT_IO_PIN, 1);
  sm_config_set_set_pins(&sender, CONTACT_IO_PIN, 1);
  sm_config_set_in_pins(&sender, CONTACT_IO_PIN);
  sm_config_set_out_shift(&sender, true, false, 32);
  pio_sm_init(pio, SENDER, send_program, &sender);
  pio_sm_config receiver = contact_receive_program_get_default_config(receive_program);
  sm_config_set_in_pins(&receiver, CONTACT_IO_PIN);
  sm_config_set_set_pins(&receiver, CONTACT_IO_PIN, 1);
  sm_config_set_jmp_pin(&receiver, CONTACT_IO_PIN);
  sm_config_set_in_shift(&receiver, true, false, 32);
  pio_sm_init(pio, RECEIVER, receive_program, &receiver);
  pio_sm_set_pins_with_mask(pio, SENDER, 0, 1u << CONTACT_IO_PIN);
  contact_draw_low(true);
  gpio_pull_up(CONTACT_IO_PIN);
  pio_gpio_init(pio, CONTACT_IO_PIN);
  pio_set_irq0_source_enabled(pio, pis_sm0_rx_fifo_not_empty, true);
  pio_set_irq0_source_enabled(pio, pis_sm1_rx_fifo_not_empty, true);
  irq_set_exclusive_handler(PIO0_IRQ_0, serve);
  irq_set_enabled(PIO0_IRQ_0, true);
}
