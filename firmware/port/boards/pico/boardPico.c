/**
 * board.h on the Raspberry Pi Pico (RP2040) and Pico 2 (RP2350): a host by USB, an NFC front end on UART1, the contacts of
 * a slot on PIO, a light.
 */
#include "boardPico.h"

#include <string.h>

#include "board.h"
#include "contactLine.h"
#include "display.h"
#include "entropy.h"
#include "firmwarePico.h"
#include "flashLayout.h"
#include "flashPico.h"
#include "hardware/sync.h"
#include "hardware/timer.h"
#include "hardware/watchdog.h"
#include "pico/time.h"
#include "pico/unique_id.h"
#include "provision.h"
#include "recordStore.h"
#include "secure.h"
#include "serialLine.h"
#include "usbReports.h"

#define SERIAL_CHARACTERS_MAX 16
/** The script's, and room for the port's own. */
#define RECORD_NAMES 32

#define CONSOLE_BAUD 115200
#define NFC_BAUD 115200 /* what the front end listens at when it starts */

/** A pause of four characters ends a frame of the front end; the script isn't woken for each byte. */
#define NFC_SETTLES_US 350
/** So much is worth waking up for in any case: half of what the line holds. */
#define NFC_BYTES_MANY (SERIAL_RING_BYTES / 2)

static char serial[SERIAL_CHARACTERS_MAX + 1];
static uint32_t nfc_told; /* `put` of the line's ring when the script was last told */
static unsigned alarm_number;
static record_store records;

static void set_serial(void) {
  size_t length;
  const char *provisioned = provision_serial(&length);
  if (length > 0) {
    memcpy(serial, provisioned, length < SERIAL_CHARACTERS_MAX ? length : SERIAL_CHARACTERS_MAX);
  } else {
    pico_get_unique_board_id_string(serial, sizeof serial); /* of the flash chip: 16 hexadecimal digits */
  }
}

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

void board_start_reader(void) {
  if (!secure_start()) board_fatal("the secure part failed its self-test");
  if (!provision_load()) board_fatal("the reader is not provisioned");
  if (!record_store_open(&records, &pico_flash, FLASH_READER_RECORDS_OFFSET, FLASH_READER_RECORDS_SECTORS, RECORD_NAMES))
    board_fatal("there is no room for records");
  firmware_start();
  set_serial();
  display_start();
  serial_start(&nfc_line, NFC_BAUD);
  contact_line_start();
  usb_start(serial);
}

uint64_t board_work(void) {
  usb_work();
  const uint64_t restart_us = firmware_work(), light_us = display_work();
  return restart_us < light_us ? restart_us : light_us;
}

/** A frame is told of when the line pauses, or when much has come. */
static bool take_nfc_news(uint64_t *settles_us) {
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

_Static_assert(RECORD_VALUE_BYTES_MAX == BOARD_RECORD_BYTES_MAX && RECORD_NAMES >= BOARD_RECORDS, "board.h promises more");

void board_tidy(void) { record_store_tidy(&records); }

bool board_take_news(uint64_t *settles_us) {
  const bool has_usb = usb_take_news(), has_contact = contact_line_take_news(settles_us);
  return take_nfc_news(settles_us) || has_contact || has_usb;
}

void board_sleep(uint64_t until_us) {
  if (usb_has_work()) return;
  /* True: that time has passed already. An interrupt between here and the next line has set the event: no sleep then. */
  has_rung = false;
  if (hardware_alarm_set_target(alarm_number, from_us_since_boot(until_us))) return;
  /* Each byte of a frame ends the wait for an interrupt. Once one was seen, `until_us` is when to look at the frame again. */
  const bool is_frame_coming = nfc_line.in.put != nfc_told;
  do __wfe();
  while (is_frame_coming && !has_rung && !usb_has_work() && nfc_line.in.put - nfc_told < NFC_BYTES_MANY);
  hardware_alarm_cancel(alarm_number);
}

/* interface Board */

bool board_has_nfc(void) { return true; }

size_t board_configuration(const uint8_t **bytes) { return provision_configuration(bytes); }

void board_start(void) {}

const char *board_identity_model(void) { return COMPTOIR_MODEL; }

const char *board_identity_serial(void) { return serial; }

bool board_host_receive_report(uint8_t report[BOARD_REPORT_BYTES]) { return usb_receive_report(report); }

bool board_host_send_report(const uint8_t report[BOARD_REPORT_BYTES]) { return usb_send_report(report); }

/* Slot and antenna are the firmware's own (board_has_contact_line, board_has_nfc): none of these is called. */

int32_t board_card_poll(board_place place) {
  (void)place;
  return 0;
}

bool board_card_transmit(board_place place, const uint8_t *command, size_t length) {
  (void)place, (void)command, (void)length;
  return true;
}

/** The card is gone. */
int32_t board_card_receive(board_place place, uint8_t response[BOARD_RESPONSE_BYTES_MAX]) {
  (void)place, (void)response;
  return 0;
}

void board_card_release(board_place place) { (void)place; }

bool board_nfc_write(const uint8_t *bytes, size_t length) { return serial_write(&nfc_line, bytes, length); }

size_t board_nfc_read(uint8_t bytes[BOARD_LINE_READ_BYTES_MAX]) {
  return serial_read(&nfc_line, bytes, BOARD_LINE_READ_BYTES_MAX);
}

size_t board_records_read(uint8_t name, const uint8_t **value) { return record_store_read(&records, name, value); }

bool board_records_write(uint8_t name, const uint8_t *value, size_t length) {
  return record_store_write(&records, name, value, length);
}

double board_clock_uptime_ms(void) { return (double)(time_us_64() / 1000); }

void board_display_show(int32_t prompt) { display_show(prompt); }

void board_display_wink(void) { display_wink(); }

/* Below the firmware */

void board_log(const char *line) {
  serial_write_all(&console_line, (const uint8_t *)line, strlen(line));
  serial_write_all(&console_line, (const uint8_t *)"\r\n", 2);
}

/** The script may work for long: the bus is served meanwhile, so that no host takes the reader for dead. */
void board_feed_watchdog(void) {
  watchdog_update();
  usb_work();
}

bool board_seed(uint8_t *bytes, size_t length) {
  entropy_read(bytes, length);
  return true;
}
