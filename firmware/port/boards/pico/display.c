#include "display.h"

#include "hardware/gpio.h"
#include "pico/time.h"

#define SLOT_US 125000
#define SLOTS 16
#define WINK_US 2000000

/** Sixteen slots of an eighth of a second each, the first one lowest; in the order of PROMPT. */
static const uint16_t rhythms[] = {
    0x0000, /* nothing: dark */
    0xffff, /* processing: lit */
    0x0f0f, /* present card: slow */
    0x3333, /* hold card: twice as fast */
    0x0005, /* remove card: two short flashes */
    0x0055, /* try again: four short flashes */
    0x0015, /* present one card: three short flashes */
    0x0f0f, /* insert card: slow */
    0x0303, /* see phone: a quarter of every second */
    0x0f33, /* choose: two quarters of a second, then a half */
};
#define WINK_RHYTHM 0x5555

static uint16_t rhythm;
static uint64_t wink_ends_us;

void display_start(void) {
  gpio_init(PICO_DEFAULT_LED_PIN);
  gpio_set_dir(PICO_DEFAULT_LED_PIN, GPIO_OUT);
}

void display_show(int32_t prompt) {
  const int32_t known = sizeof rhythms / sizeof rhythms[0];
  rhythm = prompt >= 0 && prompt < known ? rhythms[prompt] : 0;
}

void display_wink(void) { wink_ends_us = time_us_64() + WINK_US; }

uint64_t display_work(void) {
  const uint64_t now_us = time_us_64();
  const uint64_t slot = now_us / SLOT_US;
  const uint16_t shown = now_us < wink_ends_us ? WINK_RHYTHM : rhythm;
  gpio_put(PICO_DEFAULT_LED_PIN, shown >> (slot % SLOTS) & 1);
  return shown == 0x0000 || shown == 0xffff ? UINT64_MAX : (slot + 1) * SLOT_US;
}
