#include "frames.h"

#include "board.h"

#include <stdio.h>
#include <stdlib.h>

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
