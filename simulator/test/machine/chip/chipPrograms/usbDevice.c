/**
 * A USB device for tests of the emulated host, written to the datasheet and to nothing else. Interface 0 is HID: endpoint 1
 * sends back what it gets. Interface 1: endpoint 2 IN gives 64, 64 and 0 bytes, endpoint 2 OUT refuses. Vendor request 42
 * takes up to 64 bytes, 43 gives them; every other request is refused.
 * Source: RP2040 datasheet 4.1.
 */
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define DPRAM 0x50100000u
#define USB 0x50110000u
#define CLEAR 0x3000u
#define ADDRESS REGISTER(USB + 0x00)
#define MAIN_CTRL REGISTER(USB + 0x40)
#define SIE_CTRL REGISTER(USB + 0x4c)
#define SIE_STATUS REGISTER(USB + 0x50)
#define BUFFER_STATUS REGISTER(USB + 0x58)
#define STALL_ARM REGISTER(USB + 0x68)
#define MUXING REGISTER(USB + 0x74)
#define POWER REGISTER(USB + 0x78)
#define BUS_RESET (1u << 19)
#define SETUP_RECEIVED (1u << 17)
#define ENABLE (1u << 31 | 1u << 29)
#define AVAILABLE (1u << 10)
#define STALL (1u << 11)
#define DATA_1 (1u << 13)
#define FULL (1u << 15)

/* Pipes as in BUFFER_STATUS: endpoint * 2, and 1 more for OUT. */
#define PIPE_CONTROL(pipe) REGISTER(DPRAM + 0x80 + 4 * (pipe))
#define PIPE_ENDPOINT(pipe) REGISTER(DPRAM + 8 + 4 * ((pipe) - 2))
#define PIPE_BUFFER(pipe) ((volatile uint8_t *)(DPRAM + ((pipe) < 2 ? 0x100 : 0x180 + 64 * ((pipe) - 2))))
enum { IN_0, OUT_0, IN_1, OUT_1, IN_2, OUT_2 };

static const uint8_t device_descriptor[] = {18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x09, 0x12, 0x01, 0x00, 0x00, 0x01, 0, 0, 0, 1};
static const uint8_t configuration[] = {
    9, 2, 64, 0, 2, 1, 0, 0x80, 50, 9, 4, 0, 0, 2, 3, 0, 0, 0, 9, 0x21, 0x11, 1, 0, 1, 0x22, 34, 0,
    7, 5, 0x81, 3, 64, 0, 1, 7, 5, 0x01, 3, 64, 0, 2, 9, 4, 1, 0, 2, 0xff, 0, 0, 0, 7, 5, 0x82, 2, 64, 0, 0, 7, 5, 0x02, 2, 64, 0, 0};

typedef struct {
  uint32_t pid[6], address, left, ends_by_zero, is_status_in, pieces;
  const uint8_t *answer;
  uint8_t kept[64];
  uint32_t kept_length;
} state;
static state *const s = (state *)0x20000000;

static void arm(uint32_t pipe, uint32_t length) {
  const uint32_t control = length | ((pipe & 1) != 0 ? 0 : FULL) | (s->pid[pipe] ? DATA_1 : 0);
  s->pid[pipe] ^= 1;
  PIPE_CONTROL(pipe) = control;
  PIPE_CONTROL(pipe) = control | AVAILABLE;
}

static void send(uint32_t pipe, const volatile uint8_t *bytes, uint32_t length) {
  for (uint32_t at = 0; at < length; at += 1) PIPE_BUFFER(pipe)[at] = bytes[at];
  arm(pipe, length);
}

static void refuse(void) {
  STALL_ARM = 3;
  PIPE_CONTROL(IN_0) = STALL;
  PIPE_CONTROL(OUT_0) = STALL;
}

static void answer_more(void) {
  const uint32_t length = s->left < 64 ? s->left : 64;
  send(IN_0, s->answer, length);
  s->answer += length;
  s->left -= length;
  if (length < 64) s->ends_by_zero = 0;
}

static void answer(const uint8_t *bytes, uint32_t length, uint32_t asked) {
  s->answer = bytes;
  s->left = length < asked ? length : asked;
  s->ends_by_zero = length < asked && length % 64 == 0;
  s->is_status_in = 0;
  answer_more();
}

static void status_in(void) {
  s->is_status_in = 1;
  s->pid[IN_0] = 1;
  arm(IN_0, 0);
}

static void configure(void) {
  for (uint32_t pipe = IN_1; pipe <= OUT_2; pipe += 1) {
    const uint32_t type = pipe < IN_2 ? 3 : 2;
    PIPE_ENDPOINT(pipe) = ENABLE | type << 26 | (0x180 + 64 * (pipe - 2));
    s->pid[pipe] = 0;
  }
  arm(OUT_1, 64);
  s->pieces = 0;
  PIPE_BUFFER(IN_2)[0] = 0xa0;
  arm(IN_2, 64);
  PIPE_CONTROL(OUT_2) = STALL;
}

static void setup(void) {
  const volatile uint8_t *packet = (const volatile uint8_t *)DPRAM;
  const uint32_t request = packet[0] << 8 | packet[1], type = packet[3], asked = packet[6] | packet[7] << 8;
  s->pid[IN_0] = s->pid[OUT_0] = 1;
  s->address = 0;
  if (request == 0x8006 && type == 1) answer(device_descriptor, sizeof device_descriptor, asked);
  else if (request == 0x8006 && type == 2) answer(configuration, sizeof configuration, asked);
  else if (request == 0x0005) s->address = packet[2], status_in();
  else if (request == 0x0009) configure(), status_in();
  else if (request == 0x210a) status_in();
  else if (request == 0x4042) arm(OUT_0, 64), s->is_status_in = 0;
  else if (request == 0xc043) answer(s->kept, s->kept_length, asked);
  else refuse();
}

static void done(uint32_t pipe) {
  const uint32_t length = PIPE_CONTROL(pipe) & 0x3ff;
  switch (pipe) {
    case IN_0:
      if (s->is_status_in) {
        if (s->address != 0) ADDRESS = s->address;
      } else if (s->left > 0 || s->ends_by_zero) {
        answer_more();
      } else {
        s->pid[OUT_0] = 1;
        arm(OUT_0, 0);
      }
      break;
    case OUT_0:
      if (length == 0) break;
      for (uint32_t at = 0; at < length; at += 1) s->kept[at] = PIPE_BUFFER(OUT_0)[at];
      s->kept_length = length;
      status_in();
      break;
    case OUT_1: send(IN_1, PIPE_BUFFER(OUT_1), length); break;
    case IN_1: arm(OUT_1, 64); break;
    case IN_2:
      s->pieces += 1;
      if (s->pieces < 3) arm(IN_2, s->pieces == 1 ? 64 : 0);
      break;
  }
}

int main(void) {
  for (uint32_t at = 0; at < sizeof(state) / 4; at += 1) ((uint32_t *)s)[at] = 0;
  MUXING = 1 << 0 | 1 << 3;
  POWER = 1 << 2 | 1 << 3;
  MAIN_CTRL = 1;
  SIE_CTRL = 1u << 29 | 1u << 16;
  for (;;) {
    const uint32_t status = SIE_STATUS, buffers = BUFFER_STATUS;
    if (status & BUS_RESET) {
      REGISTER(USB + CLEAR + 0x50) = BUS_RESET;
      ADDRESS = 0;
    }
    for (uint32_t pipe = 0; pipe < 6; pipe += 1) {
      if ((buffers & 1u << pipe) == 0) continue;
      REGISTER(USB + CLEAR + 0x58) = 1u << pipe;
      done(pipe);
    }
    if (status & SETUP_RECEIVED) {
      REGISTER(USB + CLEAR + 0x50) = SETUP_RECEIVED;
      setup();
    }
  }
}
