/** A class driver of our own for TinyUSB: TinyUSB's HID and vendor classes each drop or merge reports in their own way. */
#include "usbReports.h"

#include <string.h>

#include "device/usbd_pvt.h"
#include "pico/time.h"
#include "reportRoutes.h"
#include "tusb.h"
#include "usbDescriptors.h"

#define RHPORT 0
#define INTERFACES 2
#define QUEUE_REPORTS 4 /* a power of two */
#define HOST_GONE_US (2 * 1000 * 1000)

typedef struct {
  uint8_t reports[QUEUE_REPORTS][REPORT_SIZE_BYTES];
  uint8_t put, taken; /* run on past 255; their difference is what waits */
  bool is_transferring;
} report_queue;

typedef struct {
  uint8_t endpoint_in, endpoint_out; /* 0: the host hasn't configured the device */
  report_queue in, out;                     /* named as USB does, from the host's side */
  uint64_t sending_since_us;
} report_pipe;

static report_pipe pipes[INTERFACES];
static uint8_t next_to_read; /* so that neither interface starves the other */
static bool has_news;

static uint8_t waiting(const report_queue *queue) { return (uint8_t)(queue->put - queue->taken); }
static uint8_t *slot(report_queue *queue, uint8_t number) { return queue->reports[number % QUEUE_REPORTS]; }

/** Lets the host send when there is room. */
static void receive_next(report_pipe *pipe) {
  report_queue *out = &pipe->out;
  if (pipe->endpoint_out == 0 || out->is_transferring || waiting(out) == QUEUE_REPORTS) return;
  if (!usbd_edpt_ready(RHPORT, pipe->endpoint_out)) return; /* halted; `restart` comes */
  out->is_transferring = usbd_edpt_xfer(RHPORT, pipe->endpoint_out, slot(out, out->put), REPORT_SIZE_BYTES);
}

static void send_next(report_pipe *pipe) {
  report_queue *in = &pipe->in;
  if (pipe->endpoint_in == 0 || in->is_transferring || waiting(in) == 0) return;
  if (!usbd_edpt_ready(RHPORT, pipe->endpoint_in)) return;
  pipe->sending_since_us = time_us_64();
  in->is_transferring = usbd_edpt_xfer(RHPORT, pipe->endpoint_in, slot(in, in->taken), REPORT_SIZE_BYTES);
}

static bool has_host_gone(const report_pipe *pipe) {
  if (pipe->endpoint_in == 0) return true;
  return pipe->in.is_transferring && time_us_64() - pipe->sending_since_us > HOST_GONE_US;
}

bool usb_receive_report(uint8_t report[REPORT_SIZE_BYTES]) {
  for (unsigned tried = 0; tried < INTERFACES; tried += 1) {
    const uint8_t number = next_to_read;
    report_pipe *pipe = &pipes[number];
    next_to_read = (uint8_t)((number + 1) % INTERFACES);
    if (waiting(&pipe->out) == 0) continue;
    memcpy(report, slot(&pipe->out, pipe->out.taken), REPORT_SIZE_BYTES);
    pipe->out.taken += 1;
    routes_learn(report, number);
    receive_next(pipe);
    return true;
  }
  return false;
}

bool usb_send_report(const uint8_t report[REPORT_SIZE_BYTES]) {
  report_pipe *pipe = &pipes[routes_find(report)];
  if (has_host_gone(pipe)) return true;
  if (waiting(&pipe->in) == QUEUE_REPORTS) return false;
  memcpy(slot(&pipe->in, pipe->in.put), report, REPORT_SIZE_BYTES);
  pipe->in.put += 1;
  send_next(pipe);
  return true;
}

bool usb_take_news(void) {
  const bool had_news = has_news;
  has_news = false;
  return had_news;
}

void usb_work(void) { tud_task(); }

bool usb_has_work(void) { return tud_task_event_ready(); }

void usb_start(const char *serial) {
  usb_set_serial(serial);
  const tusb_rhport_init_t device = {.role = TUSB_ROLE_DEVICE, .speed = TUSB_SPEED_FULL};
  tusb_init(RHPORT, &device);
}

/** The driver. */

static void driver_init(void) {}

static bool driver_deinit(void) { return true; }

/** Bus reset, or another configuration: what was under way is void, on both sides. */
static void driver_reset(uint8_t rhport) {
  (void)rhport;
  memset(pipes, 0, sizeof pipes);
  has_news = true;
}

/** @returns how many bytes of the configuration descriptor are this interface's; 0 refuses it */
static uint16_t driver_open(uint8_t rhport, const tusb_desc_interface_t *interface, uint16_t bytes_max) {
  if (interface->bInterfaceNumber >= INTERFACES) return 0;
  report_pipe *pipe = &pipes[interface->bInterfaceNumber];
  const uint8_t *at = (const uint8_t *)interface;
  const uint8_t *end = at + bytes_max;
  uint8_t endpoints = 0;
  while (endpoints < interface->bNumEndpoints && at < end) {
    at = tu_desc_next(at);
    if (tu_desc_type(at) != TUSB_DESC_ENDPOINT) continue;
    const tusb_desc_endpoint_t *endpoint = (const tusb_desc_endpoint_t *)at;
    if (!usbd_edpt_open(rhport, endpoint)) return 0;
    if (tu_edpt_dir(endpoint->bEndpointAddress) == TUSB_DIR_IN) pipe->endpoint_in = endpoint->bEndpointAddress;
    else pipe->endpoint_out = endpoint->bEndpointAddress;
    endpoints += 1;
  }
  receive_next(pipe);
  return (uint16_t)(tu_desc_next(at) - (const uint8_t *)interface);
}

/**
 * The host put an endpoint back to its start (CLEAR_FEATURE): what was in flight there has to be offered again. The controller
 * still holds it, and TinyUSB panics when it's offered a second time; only a halt takes it away.
 */
static void restart(uint8_t endpoint) {
  usbd_edpt_stall(RHPORT, endpoint);
  usbd_edpt_clear_stall(RHPORT, endpoint);
  for (unsigned number = 0; number < INTERFACES; number += 1) {
    report_pipe *pipe = &pipes[number];
    if (endpoint == pipe->endpoint_out) {
      pipe->out.is_transferring = false;
      receive_next(pipe);
    } else if (endpoint == pipe->endpoint_in) {
      pipe->in.is_transferring = false;
      send_next(pipe);
    }
  }
}

static bool driver_control(uint8_t rhport, uint8_t stage, const tusb_control_request_t *request) {
  if (stage != CONTROL_STAGE_SETUP) return true;
  switch (request->bmRequestType_bit.recipient) {
    case TUSB_REQ_RCPT_ENDPOINT:
      if (request->bmRequestType_bit.type == TUSB_REQ_TYPE_STANDARD && request->bRequest == TUSB_REQ_CLEAR_FEATURE &&
          request->wValue == TUSB_REQ_FEATURE_EDPT_HALT)
        restart((uint8_t)request->wIndex);
      return false; /* TinyUSB answers */
    case TUSB_REQ_RCPT_INTERFACE: return request->wIndex == USB_HID_INTERFACE && usb_answer_hid_request(rhport, request);
    default: return false;
  }
}

static bool driver_transferred(uint8_t rhport, uint8_t endpoint, xfer_result_t result, uint32_t bytes) {
  (void)rhport;
  for (unsigned number = 0; number < INTERFACES; number += 1) {
    report_pipe *pipe = &pipes[number];
    if (endpoint == pipe->endpoint_out) {
      pipe->out.is_transferring = false;
      if (result == XFER_RESULT_SUCCESS && bytes == REPORT_SIZE_BYTES) {
        pipe->out.put += 1;
        has_news = true;
      }
      receive_next(pipe);
    } else if (endpoint == pipe->endpoint_in) {
      pipe->in.is_transferring = false;
      pipe->in.taken += 1;
      has_news = true;
      send_next(pipe);
    }
  }
  return true;
}

const usbd_class_driver_t *usbd_app_driver_get_cb(uint8_t *count) {
  static const usbd_class_driver_t driver = {
      .name = "reports",
      .init = driver_init,
      .deinit = driver_deinit,
      .reset = driver_reset,
      .open = driver_open,
      .control_xfer_cb = driver_control,
      .xfer_cb = driver_transferred,
      .sof = NULL,
  };
  *count = 1;
  return &driver;
}
