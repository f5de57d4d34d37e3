/**
 * board.h on the Raspberry Pi Pico (RP2040) and Pico 2 (RP2350): a host by USB, an NFC front end on UART1, the contacts of
 * a slot on PIO, a light.
 */
#include "boardPico.h"

#include "board.h"
#include "configurationPico.h"
#include "contactLine.h"
#include "display.h"
#include "firmwarePico.h"
#include "flashLayout.h"
#include "flashPico.h"
#include "hardware/watchdog.h"
#include "keyStore.h"
#include "portPico.h"
#include "provision.h"
#include "recordsPico.h"
#include "secure.h"
#include "usbReports.h"

/** The script's, and room for the port's own. */
#define RECORD_NAMES 32

_Static_assert(RECORD_NAMES >= BOARD_RECORDS, "board.h promises more");
_Static_assert(KEY_STORE_SECTORS <= FLASH_KEYS_SECTORS, "keys have less room");

static const key_store_setting key_setting = {
  .flash = &pico_flash,
  .offset = FLASH_KEYS_OFFSET,
  .identity_offset = FLASH_PROVISION_OFFSET,
  .identity_sectors = FLASH_PROVISION_BYTES / FLASH_SECTOR_BYTES,
  .is_development = COMPTOIR_DEVELOPMENT,
};

void board_start_device(void) {
  if (!secure_start()) board_fatal("the secure part failed its self-test");
  key_store_open(&key_setting);
  if (!provision_load()) board_fatal("the reader is not provisioned");
  key_store_take_over();
  records_start(FLASH_READER_RECORDS_OFFSET, FLASH_READER_RECORDS_SECTORS, RECORD_NAMES);
  configuration_start();
  firmware_start();
  port_start_identity();
  display_start();
  port_start_nfc();
  contact_line_start();
  usb_start(board_identity_serial());
}

uint64_t board_work(void) {
  usb_work();
  const uint64_t restart_us = firmware_work(), light_us = display_work();
  return restart_us < light_us ? restart_us : light_us;
}

bool board_take_news(uint64_t *settles_us) {
  const bool has_usb = usb_take_news(), has_contact = contact_line_take_news(settles_us);
  return port_take_nfc_news(settles_us) || has_contact || has_usb;
}

void board_sleep(uint64_t until_us) { port_sleep(until_us, usb_has_work); }

/* interface Board */

size_t board_role_key(uint32_t kind, const uint8_t **key) { return provision_role_key(kind, key); }

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

size_t board_cards_in_field(uint8_t cards[BOARD_CARDS_IN_FIELD_BYTES_MAX]) {
  (void)cards;
  return 0;
}

/** This board has no case that could tell. */
bool board_is_tampered(void) { return false; }

void board_display_show(int32_t prompt) { display_show(prompt); }

void board_display_wink(void) { display_wink(); }

/* Below the firmware */

/** The script may work for long: the bus is served meanwhile, so that no host takes the reader for dead. */
void board_feed_watchdog(void) {
  watchdog_update();
  usb_work();
}
