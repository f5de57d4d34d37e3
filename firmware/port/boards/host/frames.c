#include "frames.h"

#include "board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool frame_read(frame *read) {
  uint8_t head[3];
  if (fread(head, 1, sizeof head, stdin) != sizeof head) return false;
  read->name = (char)head[0];
  read->length = (size_t)head[1] << 8 | head[2];
  return fread(read->payload, 1, read->length, stdin) == read->length;
}

void frame_write(char name, const void *payload, size_t length) {
  if (length > FRAME_BYTES_MAX) board_fatal("a frame is too long");
  const uint8_t head[3] = {(uint8_t)name, (uint8_t)(length >> 8), (uint8_t)length};
  fwrite(head, 1, sizeof head, stdout);
  if (length > 0) fwrite(payload, 1, length, stdout);
  fflush(stdout);
}

const frame *frame_call(char name, const void *payload, size_t length) {
  static frame answer;
  frame_write(name, payload, length);
  if (!frame_read(&answer)) board_fatal("the driver is gone");
  if (answer.name == 'U') return NULL;
  if (answer.name != 'A') board_fatal("the driver gave no answer");
  return &answer;
}

size_t frame_copy(const frame *answer, uint8_t *place, size_t room) {
  if (answer->length > room) board_fatal("the driver gave too much");
  memcpy(place, answer->payload, answer->length);
  return answer->length;
}

int32_t frame_first_byte(const frame *answer) {
  if (answer == NULL || answer->length != 1) board_fatal("the driver gave no number");
  return answer->payload[0];
}

uint32_t frame_number(const frame *answer) {
  uint32_t value = 0;
  for (size_t i = 0; answer != NULL && i < answer->length; i += 1) value = value << 8 | answer->payload[i];
  return value;
}
