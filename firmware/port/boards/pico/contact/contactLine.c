#include "contactLine.h"

#include <string.h>

#include "contactMachines.h"
#include "hardware/clocks.h"
#include "hardware/gpio.h"
#include "hardware/irq.h"
#include "hardware/pwm.h"
#include "hardware/sync.h"
#include "hardware/timer.h"
#include "pico/time.h"

#define CARD_CLOCK_HZ 3571428
#define CARD_CLOCK_NS 280
#define DEFAULT_ETU_CLOCKS 372

/** From VCC to the clock. */
#define POWER_SETTLES_US 1000
/** RST stays low for 40,000 to 45,000 cycles of the card's clock. @see EMV 4.4 Book 1 §6.1.3 */
#define RESET_US (42000ull * CARD_CLOCK_NS / 1000)

/* From the leading edge of a character to its word, in tenths of an etu. */
#define RECEIVED_TENTHS 106
#define SENT_TENTHS 110
/** Between the leading edges of characters that go in opposite directions. @see EMV 4.4 Book 1 §9.2.2.1, §9.2.4.2.1 */
#define T0_TURN_TENTHS 160
#define T1_TURN_TENTHS 220
/** A pause of a third of a character ends what the script is woken for. */
#define SETTLES_TENTHS 140
#define CHARACTER_TENTHS 120

#define REPETITIONS_MAX 3
/** The least that contact_send makes from one character to the next, and what a repetition waits besides. */
#define SEND_ETU_MIN 11
#define REPETITION_ETU 2
#define SILENT_ETU_MAX 0x7fffffffu
/** The switch bounces while a card goes in. */
#define SWITCH_SETTLES_US 50000

typedef enum { LINE_OFF, LINE_POWERING, LINE_RESETTING, LINE_LISTENING, LINE_TURNING, LINE_SENDING } line_state;

static unsigned alarm_number;
static uint32_t cycles_a_clock;

static volatile line_state state;
static volatile bool is_damaged, has_news;
static volatile uint64_t switched_us;
static volatile uint64_t edge_us; /* leading edge of the last character, or the end of the reset */
static uint32_t etu_ns, guard_etu;
static bool has_error_signal, is_inverse, is_first;
static unsigned attempts;

static uint8_t come[BOARD_CONTACT_LINE_BYTES_MAX];
static volatile size_t come_length;
static size_t come_taken, come_told;
static uint8_t unsent[BOARD_CONTACT_LINE_BYTES_MAX];
static size_t unsent_length, fed, sent;

static uint64_t tenths_us(uint32_t tenths) { return (uint64_t)etu_ns * tenths / 10000; }

static uint8_t reversed(uint8_t byte) {
  byte = (uint8_t)(byte << 4 | byte >> 4);
  byte = (uint8_t)((byte & 0x33) << 2 | (byte & 0xcc) >> 2);
  return (uint8_t)((byte & 0x55) << 1 | (byte & 0xaa) >> 1);
}

static void set_etu(uint32_t clocks) {
  etu_ns = clocks * CARD_CLOCK_NS;
  contact_set_etu(cycles_a_clock * clocks);
}

static void set_signal(bool is_on) {
  has_error_signal = is_on;
  contact_set_signal(is_on);
}

/* The contacts */

static bool is_card_there(void) { return gpio_get(CONTACT_SWITCH_PIN) == CONTACT_CARD_LEVEL; }

static void set_clock(bool is_running) {
  pwm_set_enabled(pwm_gpio_to_slice_num(CONTACT_CLK_PIN), is_running);
  gpio_set_function(CONTACT_CLK_PIN, is_running ? GPIO_FUNC_PWM : GPIO_FUNC_SIO);
}

/** RST, CLK and I/O go low before VCC does. @see EMV 4.4 Book 1 §6.1.5 */
static void deactivate(void) {
  hardware_alarm_cancel(alarm_number);
  gpio_put(CONTACT_RST_PIN, false);
  set_clock(false);
  contact_stop();
  contact_draw_low(true);
  gpio_put(CONTACT_POWER_PIN, !CONTACT_POWER_ON_LEVEL);
  state = LINE_OFF;
}

static void alarm_rang(unsigned number);

static void alarm_at(uint64_t us) {
  /* True: that time has passed already. */
  if (hardware_alarm_set_target(alarm_number, from_us_since_boot(us))) alarm_rang(alarm_number);
}

/* Sending */

static void feed(uint32_t more_etu) {
  const uint8_t byte = is_inverse ? reversed((uint8_t)~unsent[fed]) : unsent[fed];
  const bool parity = __builtin_parity(byte) != is_inverse;
  const uint32_t low = 1u | (uint32_t)(uint8_t)~byte << 1 | (uint32_t)!parity << 9;
  const uint32_t wait = fed == 0 && more_etu == 0 ? 0 : guard_etu - SEND_ETU_MIN + more_etu;
  contact_put(low << 8 | wait);
  fed += 1;
}

/** One character at a time when the card may refuse it; else one ahead, so that none comes late. */
static void feed_more(void) {
  const size_t until = sent + (has_error_signal ? 1 : 2);
  while (fed < unsent_length && fed < until) feed(0);
}

static void listen(void) {
  state = LINE_LISTENING;
  contact_receive();
}

static void give_up_sending(void) {
  is_damaged = true;
  has_news = true;
  listen();
}

/** Begins when the card has been silent for long enough. */
static void turn_or_send(void) {
  const uint64_t due_us = edge_us + tenths_us(has_error_signal ? T0_TURN_TENTHS : T1_TURN_TENTHS);
  const contact_receiver receiver = contact_receiver_state();
  if (receiver == RECEIVER_HELD_LOW && attempts == REPETITIONS_MAX) {
    give_up_sending(); /* a line that stays low */
  } else if (receiver != RECEIVER_IDLE) {
    attempts = receiver == RECEIVER_HELD_LOW ? attempts + 1 : 0;
    alarm_at(time_us_64() + tenths_us(CHARACTER_TENTHS));
  } else if (time_us_64() < due_us) {
    alarm_at(due_us);
  } else {
    attempts = 0;
    state = LINE_SENDING;
    contact_send();
    feed_more();
  }
}

static void character_sent(bool is_high) {
  if (state != LINE_SENDING) return;
  edge_us = time_us_64() - tenths_us(SENT_TENTHS);
  if (has_error_signal && !is_high) {
    attempts += 1;
    if (attempts > REPETITIONS_MAX) {
      give_up_sending();
    } else {
      fed -= 1;
      feed(REPETITION_ETU);
    }
    return;
  }
  attempts = 0;
  sent += 1;
  if (sent == unsent_length) listen();
  else feed_more();
}

/* Receiving */

static void character_came(uint32_t word) {
  if (state != LINE_LISTENING && state != LINE_TURNING) return;
  edge_us = time_us_64() - tenths_us(RECEIVED_TENTHS);
  uint8_t byte = (uint8_t)word;
  bool is_wrong = (word & 0x200) != 0;
  if (is_first && byte == 0x03 && is_wrong) { /* TS of the inverse convention, 3F, read in the other one */
    is_inverse = true;
    is_wrong = false;
    contact_set_seed(is_inverse);
  }
  is_first = false;
  if (state == LINE_TURNING) return; /* nothing that the script waits for */
  if (is_wrong) attempts += 1;
  if (is_wrong && has_error_signal && attempts <= REPETITIONS_MAX) return; /* it comes again */
  attempts = 0;
  if (is_wrong || come_length == sizeof come) is_damaged = true;
  if (come_length == sizeof come) return;
  come[come_length] = is_inverse ? reversed((uint8_t)~byte) : byte;
  come_length += 1;
}

/* Interrupts */

static void serve_machines(void) {
  uint32_t word;
  while (contact_take_received(&word)) character_came(word >> 22);
  while (contact_take_sent(&word)) character_sent(word != 0);
}

static void alarm_rang(unsigned number) {
  (void)number;
  switch (state) {
    case LINE_POWERING:
      contact_draw_low(false);
      set_clock(true);
      state = LINE_RESETTING;
      alarm_at(time_us_64() + RESET_US);
      return;
    case LINE_RESETTING:
      gpio_put(CONTACT_RST_PIN, true);
      edge_us = time_us_64();
      listen();
      return;
    case LINE_TURNING: turn_or_send(); return;
    case LINE_OFF:
    case LINE_LISTENING:
    case LINE_SENDING: return;
  }
}

static void switch_changed(void) {
  if ((gpio_get_irq_event_mask(CONTACT_SWITCH_PIN) & (GPIO_IRQ_EDGE_RISE | GPIO_IRQ_EDGE_FALL)) == 0) return;
  gpio_acknowledge_irq(CONTACT_SWITCH_PIN, GPIO_IRQ_EDGE_RISE | GPIO_IRQ_EDGE_FALL);
  if (!is_card_there()) deactivate();
  switched_us = time_us_64();
  has_news = true;
}

/* What the board has of it */

static void start_output(unsigned pin, bool level) {
  gpio_init(pin);
  gpio_put(pin, level);
  gpio_set_dir(pin, GPIO_OUT);
}

void contact_line_start(void) {
  start_output(CONTACT_POWER_PIN, !CONTACT_POWER_ON_LEVEL);
  start_output(CONTACT_RST_PIN, false);
  start_output(CONTACT_CLK_PIN, false);
  cycles_a_clock = clock_get_hz(clk_sys) / CARD_CLOCK_HZ;
  const unsigned slice = pwm_gpio_to_slice_num(CONTACT_CLK_PIN);
  pwm_set_wrap(slice, (uint16_t)(cycles_a_clock - 1));
  pwm_set_gpio_level(CONTACT_CLK_PIN, (uint16_t)(cycles_a_clock / 2));
  alarm_number = (unsigned)hardware_alarm_claim_unused(true);
  hardware_alarm_set_callback(alarm_number, alarm_rang);
  contact_machines_start(serve_machines);
  set_etu(DEFAULT_ETU_CLOCKS);
  gpio_init(CONTACT_SWITCH_PIN);
  gpio_set_pulls(CONTACT_SWITCH_PIN, CONTACT_CARD_LEVEL == 0, CONTACT_CARD_LEVEL != 0); /* nothing there: no card */
  gpio_set_irq_enabled(CONTACT_SWITCH_PIN, GPIO_IRQ_EDGE_RISE | GPIO_IRQ_EDGE_FALL, true);
  gpio_add_raw_irq_handler(CONTACT_SWITCH_PIN, switch_changed);
  irq_set_enabled(IO_IRQ_BANK0, true);
}

bool contact_line_take_news(uint64_t *settles_us) {
  const uint32_t interrupts = save_and_disable_interrupts();
  const uint64_t quiet_us = edge_us + tenths_us(SETTLES_TENTHS);
  const bool has_come = come_length != come_told;
  const bool is_quiet = time_us_64() >= quiet_us;
  const bool is_news = has_news || (has_come && is_quiet);
  if (has_come && !is_quiet && quiet_us < *settles_us) *settles_us = quiet_us;
  if (is_news) {
    has_news = false;
    come_told = come_length;
  }
  restore_interrupts(interrupts);
  return is_news;
}

bool board_has_contact_line(void) { return true; }

bool board_contact_line_is_card_present(void) {
  const uint32_t interrupts = save_and_disable_interrupts();
  const bool is_settled = time_us_64() - switched_us >= SWITCH_SETTLES_US;
  restore_interrupts(interrupts);
  return is_settled && is_card_there();
}

void board_contact_line_reset(void) {
  const uint32_t interrupts = save_and_disable_interrupts();
  hardware_alarm_cancel(alarm_number);
  contact_stop();
  gpio_put(CONTACT_RST_PIN, false);
  come_length = come_taken = come_told = 0;
  is_damaged = is_inverse = false;
  is_first = true;
  attempts = 0;
  guard_etu = SEND_ETU_MIN + 1;
  set_etu(DEFAULT_ETU_CLOCKS);
  set_signal(false);
  contact_set_seed(is_inverse);
  if (!is_card_there()) {
    deactivate();
  } else if (state == LINE_OFF) {
    gpio_put(CONTACT_POWER_PIN, CONTACT_POWER_ON_LEVEL);
    state = LINE_POWERING;
    alarm_at(time_us_64() + POWER_SETTLES_US);
  } else {
    contact_draw_low(false);
    state = LINE_RESETTING;
    alarm_at(time_us_64() + RESET_US);
  }
  restore_interrupts(interrupts);
}

void board_contact_line_power_off(void) {
  const uint32_t interrupts = save_and_disable_interrupts();
  deactivate();
  memset(come, 0, sizeof come);
  memset(unsent, 0, sizeof unsent);
  come_length = come_taken = come_told = 0;
  restore_interrupts(interrupts);
}

void board_contact_line_set_transmission(bool error_signal, uint32_t etu_clocks, uint32_t guard) {
  const uint32_t interrupts = save_and_disable_interrupts();
  set_etu(etu_clocks);
  set_signal(error_signal);
  guard_etu = guard < SEND_ETU_MIN ? SEND_ETU_MIN : guard > SEND_ETU_MIN + 255 ? SEND_ETU_MIN + 255 : guard;
  restore_interrupts(interrupts);
}

bool board_contact_line_write(const uint8_t *bytes, size_t length) {
  if (state == LINE_TURNING || state == LINE_SENDING || length > sizeof unsent) return false;
  const uint32_t interrupts = save_and_disable_interrupts();
  come_length = come_taken = come_told = 0;
  is_damaged = false;
  attempts = 0;
  memcpy(unsent, bytes, length);
  unsent_length = length;
  fed = sent = 0;
  if (state == LINE_LISTENING && length > 0) {
    state = LINE_TURNING;
    turn_or_send();
  }
  restore_interrupts(interrupts);
  return true;
}

size_t board_contact_line_read(uint8_t bytes[BOARD_CONTACT_LINE_BYTES_MAX]) {
  const size_t length = come_length - come_taken;
  memcpy(bytes, come + come_taken, length);
  memset(come + come_taken, 0, length);
  come_taken += length;
  return length;
}

bool board_contact_line_is_damaged(void) { return is_damaged; }

uint32_t board_contact_line_silent_etu(void) {
  if (state == LINE_OFF) return SILENT_ETU_MAX;
  if (state != LINE_LISTENING) return 0;
  const uint32_t interrupts = save_and_disable_interrupts();
  const uint64_t silent = (time_us_64() - edge_us) * 1000 / etu_ns;
  restore_interrupts(interrupts);
  return silent > SILENT_ETU_MAX ? SILENT_ETU_MAX : (uint32_t)silent;
}
