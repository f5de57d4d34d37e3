/**
 * Requests that TinyUSB goes on with although they make no sense. Those with another direction or length than USB 2.0 table 9-4 says
 * are refused: it would take bytes of the host into a variable that is gone (GET_STATUS as a request out), or wait for a stage that
 * never comes. And without data there is no direction (USB 2.0 9.3.1): it would end a request in by the wrong stage.
 * TinyUSB has no hook for it. The linker hands us what its driver tells its core (--wrap=dcd_event_handler).
 */
#include <stdbool.h>

#include "device/dcd.h"
#include "tusb.h"

void __real_dcd_event_handler(dcd_event_t const *event, bool in_isr);
void __wrap_dcd_event_handler(dcd_event_t const *event, bool in_isr);

/** A vendor request that nobody serves: it's refused. */
#define NO_REQUEST 0x00

static bool is_well_formed(const tusb_control_request_t *request) {
  if (request->bmRequestType_bit.type != TUSB_REQ_TYPE_STANDARD) return true;
  const bool is_in = request->bmRequestType_bit.direction == TUSB_DIR_IN;
  switch (request->bRequest) {
    case TUSB_REQ_GET_STATUS:
    case TUSB_REQ_GET_DESCRIPTOR:
    case TUSB_REQ_GET_CONFIGURATION:
    case TUSB_REQ_GET_INTERFACE:
    case TUSB_REQ_SYNCH_FRAME: return is_in || request->wLength == 0;
    default: return !is_in && request->wLength == 0;
  }
}

void __wrap_dcd_event_handler(dcd_event_t const *event, bool in_isr) {
  dcd_event_t told = *event;
  if (told.event_id == DCD_EVENT_SETUP_RECEIVED) {
    tusb_control_request_t *request = &told.setup_received;
    if (request->wLength == 0) request->bmRequestType_bit.direction = TUSB_DIR_OUT;
    if (!is_well_formed(request)) {
      request->bmRequestType_bit.type = TUSB_REQ_TYPE_VENDOR;
      request->bRequest = NO_REQUEST;
    }
  }
  __real_dcd_event_handler(&told, in_isr);
}
