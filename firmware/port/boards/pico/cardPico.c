/**
 * cardBoard.h on the Raspberry Pi Pico and Pico 2: an NFC front end on UART1, a button from GP15 to ground, and a display that is a
 * line of the console.
 */
#include <stdio.h>
#include <string.h>

#include "boardPico.h"
#include "cardBoard.h"
#include "flashLayout.h"
#include "hardware/gpio.h"
#include "hardware/watchdog.h"
#include "portPico.h"
#include "provision.h"
#include "recordsPico.h"
#include "secure.h"

#define BUTTON_PIN 15
#define SHOWN_BYTES_MAX 64 /* a character takes up to two */

static bool was_pressed; /* as the script was last told */

/** Ends the sleep; the main loop looks at the pin itself. */
static void button_changed(unsigned pin, uint32_t events) { (void)pin, (void)events; }

static void start_button(void) {
  gpio_init(BUTTON_PIN);
  gpio_pull_up(BUTTON_PIN);
  gpio_set_irq_enabled_with_callback(BUTTON_PIN, GPIO_IRQ_EDGE_RISE | GPIO_IRQ_EDGE_FALL, true, button_changed);
}

void board_start_device(void) {
  if (!secure_start()) board_fatal("the secure part failed its self-test");
  if (!provision_load() || !provision_is_card()) board_fatal("the card is not provisioned");
  records_start(FLASH_CARD_RECORDS_OFFSET, FLASH_CARD_RECORDS_SECTORS, BOARD_CARD_RECORDS);
  port_start_identity();
  start_button();
  port_start_nfc();
}

uint64_t board_work(void) { return UINT64_MAX; }

static bool has_button_news(void) { return board_button_is_pressed() != was_pressed; }

bool board_take_news(uint64_t *settles_us) {
  const bool has_button = has_button_news();
  was_pressed = board_button_is_pressed();
  return port_take_nfc_news(settles_us) || has_button;
}

void board_sleep(uint64_t until_us) { port_sleep(until_us, has_button_news); }

/* interface CardBoard */

void board_identifier(uint8_t identifier[BOARD_CARD_IDENTIFIER_BYTES]) { memcpy(identifier, provision_identifier(), BOARD_CARD_IDENTIFIER_BYTES); }

size_t board_issuers(const uint8_t **keys) { return provision_issuers(keys); }

bool board_button_is_pressed(void) { return !gpio_get(BUTTON_PIN); }

/** The text is an issuer's, and a console takes some bytes for commands. */
static void put_printable(char *line, size_t room, const char *text) {
  size_t length = strlen(line);
  for (; *text != '\0' && length + 1 < room; text += 1, length += 1) line[length] = (unsigned char)*text < 0x20 ? '.' : *text;
  line[length] = '\0';
}

void board_card_display_show(const char *label, const char *digits) {
  char line[SHOWN_BYTES_MAX] = "shows ";
  put_printable(line, sizeof line, label);
  put_printable(line, sizeof line, " | ");
  put_printable(line, sizeof line, digits);
  board_log(line);
}

/* The field is the firmware's own (board_has_nfc): none of these is called. */

int32_t board_field_power(void) { return FIELD_NONE; }

int32_t board_field_receive(uint8_t command[BOARD_CARD_COMMAND_BYTES_MAX]) {
  (void)command;
  return -1;
}

void board_field_send(const uint8_t *response, size_t length) { (void)response, (void)length; }

/* Below the firmware */

void board_feed_watchdog(void) { watchdog_update(); }
