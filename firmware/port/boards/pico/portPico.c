#include "portPico.h"

#include <string.h>

#include "board.h"
#include "boardPico.h"
#include "entropy.h"
#include "hardware/sync.h"
#include "hardware/timer.h"
#include "pico/time.h"
#include "pico/unique_id.h"
#include "provision.h"
#include "serialLine.h"

#define SERIAL_CHARACTERS_MAX 16
#define CONSOLE_BAUD 115200
#define NFC_BAUD 115200 /* what the front end listens at when it starts */

/** A pause of four characters ends a frame of the front end; the script isn't woken for each byte. */
#define NFC_SETTLES_US 350
/** So much is worth waking up for in any case: half of what the line holds. */
#define NFC_BYTES_MANY (SERIAL_RING_BYTES / 2)

static char serial[SERIAL_CHARACTERS_MAX + 1];
static uint32_t nfc_told; /* `put` of the line's ring when the script was last told */
static unsigned alarm_number;

static volatile bool has_rung;
static void alarm_rang(unsigned number) {
  (void)number;
  has_rung = true;
}

void board_start_console(void) {
  serial_start(&console_line, CONSOLE_BAUD);
  alarm_number = (unsigned)hardware_alarm_claim_unused(true);
  hardware_alarm_set_callback(alarm_number, alarm_rang);
}

void port_start_identity(void) {
  size_t length;
  const char *provisioned = provision_serial(&length);
  if (length > 0) {
    memcpy(serial, provisioned, length < SERIAL_CHARACTERS_MAX ? length : SERIAL_CHARACTERS_MAX);
  } else {
    pico_get_unique_board_id_string(serial, sizeof serial);
  }
}

void port_start_nfc(void) { serial_start(&nfc_line, NFC_BAUD); }

bool port_take_nfc_news(uint64_t *settles_us) {
  const uint32_t put = nfc_line.in.put;
  if (put == nfc_told) return false;
  const uint32_t quiet_us = time_us_32() - nfc_line.came_us;
  if (quiet_us < NFC_SETTLES_US && put - nfc_told < NFC_BYTES_MANY) {
    const uint64_t then_us = time_us_64() + NFC_SETTLES_US - quiet_us;
    if (then_us < *settles_us) *settles_us = then_us;
    return false;
  }
  nfc_told = put;
  return true;
}

void port_sleep(uint64_t until_us, bool (*has_work)(void)) {
  if (has_work()) return;
  /* True: that time has passed already. An interrupt between here and the next line has set the event: no sleep then. */
  has_rung = false;
  if (hardware_alarm_set_target(alarm_number, from_us_since_boot(until_us))) return;
  /* Each byte of a frame ends the wait for an interrupt. Once one was seen, `until_us` is when to look at the frame again. */
  const bool is_frame_coming = nfc_line.in.put != nfc_told;
  do __wfe();
  while (is_frame_coming && !has_rung && !has_work() && nfc_line.in.put - nfc_told < NFC_BYTES_MANY);
  hardware_alarm_cancel(alarm_number);
}

/* interface UartPort */

bool board_has_nfc(void) { return true; }

bool board_nfc_write(const uint8_t *bytes, size_t length) { return serial_write(&nfc_line, bytes, length); }

size_t board_nfc_read(uint8_t bytes[BOARD_LINE_READ_BYTES_MAX]) {
  return serial_read(&nfc_line, bytes, BOARD_LINE_READ_BYTES_MAX);
}

double board_clock_uptime_ms(void) { return (double)(time_us_64() / 1000); }

void board_start(void) {}

const char *board_identity_model(void) { return COMPTOIR_MODEL; }

const char *board_identity_serial(void) { return serial; }

/* Below the firmware */

void board_log(const char *line) {
  serial_write_all(&console_line, (const uint8_t *)line, strlen(line));
  serial_write_all(&console_line, (const uint8_t *)"\r\n", 2);
}

bool board_seed(uint8_t *bytes, size_t length) {
  entropy_read(bytes, length);
  return true;
}
