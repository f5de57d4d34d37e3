/**
 * docs/reference/protocol.md, printed from the tables of the protocol: what is written there is what the code does.
 * Floor: simulator cli.
 */
import {
  BROADCAST_CHANNEL,
  COMMAND,
  COMMAND_TIMEOUT_MS_MAX,
  type CommandName,
  EVENT,
  EVENTS_MAX,
  type EventName,
  encodeFrame,
  encodeInitAnswer,
  encodeInitRequest,
  FIELDS,
  FIRST_PAYLOAD_BYTES,
  type FieldName,
  FRAME_PAYLOAD_BYTES_MAX,
  FRAME_REPORTS_MAX,
  INIT_NONCE_BYTES,
  INTER_REPORT_TIMEOUT_MS,
  KEEPALIVE_INTERVAL_MS,
  MESSAGE_BYTES_MAX,
  MESSAGES,
  type MessageName,
  NEXT_PAYLOAD_BYTES,
  OBJECT_REFUSAL,
  OBJECT_REFUSAL_MEANING,
  type ObjectRefusalName,
  OUTCOME,
  type OutcomeName,
  PROMPT,
  PROTOCOL_VERSION_HIGHEST,
  PROTOCOL_VERSION_LOWEST,
  type PromptName,
  REPORT_SIZE_BYTES,
  SELF_TESTS,
  STATUS,
  STATUS_MEANING,
  type StatusName,
  splitMessage,
  TEMPLATES,
  type TemplateName,
  toHex,
  WIRE_MESSAGE_BYTES_MAX,
} from '@comptoir/protocol';
import { REFUSAL, REFUSAL_MEANING, type RefusalName } from '@comptoir/protocol/image';
import {
  FIRST_MESSAGE_BYTES,
  LAST_MESSAGE_BYTES,
  NOISE_NAME,
  SESSION_MESSAGES_MAX,
  SESSION_MS_MAX,
} from '@comptoir/protocol/link';
import { FIELD_MEANING, MESSAGE_MEANING } from '@comptoir/protocol/meanings';
import { EXAMPLES } from './exampleMessages.js';
import { EXAMPLE_CHANNEL, exampleText, hexTag, reportLine } from './exampleText.js';
import { COMMAND_NOTES, EVENT_MEANING, OUTCOME_MEANING, PROMPT_MEANING } from './meanings.js';

/** The whole page, ending in a line feed. */
export function protocolReference(): string {
  const lines = [
    '# The wire of the Comptoir reader',
    '',
    `Reports, frames, commands and messages between a host and the reader, protocol version ${PROTOCOL_VERSION_LOWEST}${PROTOCOL_VERSION_HIGHEST > PROTOCOL_VERSION_LOWEST ? ` to ${PROTOCOL_VERSION_HIGHEST}` : ''}.`,
    'This page is printed from the tables in `firmware/protocol` by `npm run docs`; `npm run check` compares them.',
    '',
    'Numbers without a unit are hexadecimal when they are tags, codes or bytes, and decimal when they count something.',
    ...limits(),
    ...reports(),
    ...commands(),
    ...init(),
    ...session(),
    ...parts(),
    ...messages(),
    ...templates(),
    ...outcomes(),
    ...prompts(),
    ...statuses(),
    ...selfTests(),
    ...events(),
    ...refusals(),
    ...objectRefusals(),
  ];
  return `${lines.join('\n')}\n`;
}

function limits(): string[] {
  return [
    ...section('Limits'),
    ...table(
      ['limit', 'value'],
      [
        ['report', `${REPORT_SIZE_BYTES} bytes`],
        ['frame', `${FRAME_REPORTS_MAX} reports, ${FRAME_PAYLOAD_BYTES_MAX} bytes of payload`],
        ['message', `${MESSAGE_BYTES_MAX} bytes, ${WIRE_MESSAGE_BYTES_MAX} when it is sealed`],
        ['session', `${SESSION_MS_MAX / 60_000} minutes, ${SESSION_MESSAGES_MAX} messages each way`],
        ['next report of a frame', `within ${INTER_REPORT_TIMEOUT_MS} ms`],
        ['KEEPALIVE while a command runs', `every ${KEEPALIVE_INTERVAL_MS} ms`],
        ['waiting for a card', `at most ${COMMAND_TIMEOUT_MS_MAX} ms`],
      ],
    ),
  ];
}

function reports(): string[] {
  return [
    ...section('Reports'),
    'A frame is a command with a payload. It travels in reports of 64 bytes; unused bytes are zero.',
    '',
    '```text',
    'first report   | channel 4 | command + 80  1 | length 2, big endian | payload, up to 57 bytes |',
    'next reports   | channel 4 | sequence      1 | payload, up to 59 bytes                        |',
    '',
    'offset           0           4                 5                      7                      64',
    '```',
    '',
    `The sequence counts from 0; ${FIRST_PAYLOAD_BYTES} + ${FRAME_REPORTS_MAX - 1} × ${NEXT_PAYLOAD_BYTES} = ${FRAME_PAYLOAD_BYTES_MAX} bytes fit.`,
    'A next report that belongs to no open frame is dropped without an answer. INIT ends a frame that is open on its channel. While a frame is open,',
    'short frames of other channels are served, and longer ones answered with ERROR *busy*.',
  ];
}

function commands(): string[] {
  const rows = (Object.keys(COMMAND) as CommandName[]).map((name) => {
    const [from, meaning] = COMMAND_NOTES[name];
    return [name.toUpperCase(), byte(COMMAND[name]), byte(COMMAND[name] | 0x80), from, meaning];
  });
  return [...section('Commands'), ...table(['command', 'code', 'on the wire', 'from', 'meaning'], rows)];
}

function init(): string[] {
  const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const versions = { lowestVersion: PROTOCOL_VERSION_LOWEST, highestVersion: PROTOCOL_VERSION_HIGHEST };
  const request = encodeInitRequest({ nonce, ...versions });
  const answer = encodeInitAnswer({
    nonce,
    channel: EXAMPLE_CHANNEL,
    ...versions,
    capabilities: 0,
  });
  const frames = [request, answer].map((payload) =>
    encodeFrame({ channel: BROADCAST_CHANNEL, command: COMMAND.init, payload }).map(reportLine),
  );
  return [
    ...section('INIT'),
    `A host sends INIT with a nonce of ${INIT_NONCE_BYTES} bytes and the lowest and the highest version that it speaks on the channel ${toHex(new Uint8Array(4).fill(0xff))}, and repeats it, with the same nonce, until it's answered: a repetition gets the channel that the first one got, as long as nothing was said there.`,
    'Without the two versions it speaks version 1 alone. The answer, on the same channel:',
    '',
    ...table(
      ['offset', 'size', 'answer'],
      [
        ['0', '8', 'nonce, as it came'],
        ['8', '4', 'channel'],
        ['12', '1', 'lowest protocol version'],
        ['13', '1', 'highest protocol version'],
        ['14', '1', 'capabilities: 0'],
      ],
    ),
    '',
    'The highest version that both sides have is used. **Version 1** carries messages in clear: images of development models alone still speak it. INIT on a channel that was given out ends what runs there and is answered there.',
    '',
    '```text',
    ...frames.flat(),
    '```',
  ];
}

function session(): string[] {
  return [
    ...section('Session'),
    `In **version 2** INIT is followed by a handshake, ${NOISE_NAME}, whose messages travel as MESSAGE, then by sealed messages. PART and TAKEN carry`,
    'slices of what is sealed, and are not sealed themselves; PING, INFO, INIT, WINK, CANCEL, KEEPALIVE and ERROR stay in clear and carry nothing that matters.',
    'The prologue is `RDR1`, the payload of INIT and the payload of its answer. [The link](../explanation/the-link.md) tells why.',
    '',
    ...table(
      ['message', 'from', 'Noise', 'payload'],
      [
        ['1', 'host', 'e', `none: ${FIRST_MESSAGE_BYTES} bytes in all`],
        [
          '2',
          'reader',
          'e, ee, s, es',
          'length 1 and certificate, firmware version 4, SHA-256 of the firmware’s body 32',
        ],
        ['3', 'host', 's, se', `none: ${LAST_MESSAGE_BYTES} bytes in all`],
        ['next', 'both', '', 'a message of this page; nothing: the session ends, and the reader answers with the same'],
      ],
    ),
    '',
    'The certificate, big endian:',
    '',
    ...table(
      ['offset', 'size', 'field'],
      [
        ['0', '1', 'format: 01'],
        ['1', '8', 'the factory: first 8 bytes of SHA-256 of its public key, P-256, X then Y'],
        ['9', '32', 'the reader’s static key, X25519'],
        ['41', '4', 'the first day, the number YYYYMMDD'],
        ['45', '4', 'the last day'],
        ['49', '1 + n', 'length and model, at most 24 characters'],
        ['', '1 + n', 'length and serial number, at most 16; none: any reader with this development image'],
        ['', '64', 'ECDSA with P-256 and SHA-256, r then s, over `comptoir reader certificate` and all before'],
      ],
    ),
    '',
    'What can’t be opened as the next message ends the session and what runs on its channel: ERROR *sessionBroken*, then *noSession* until INIT.',
  ];
}

function parts(): string[] {
  const cut = splitMessage(new Uint8Array(MESSAGE_BYTES_MAX)).map(
    ({ command, payload }) =>
      `${command === COMMAND.part ? `PART     ${payload.length} bytes: index ${payload[0]}, ${payload.length - 1} bytes of the message` : `MESSAGE  ${payload.length} bytes`}`,
  );
  return [
    ...section('Messages longer than a frame'),
    `A message of up to ${FRAME_PAYLOAD_BYTES_MAX} bytes is one MESSAGE. A longer one is cut into PARTs and a closing MESSAGE. The first byte of a PART is its index, from 0;`,
    'the other side answers it with TAKEN and the same index, and only then comes the next. A part with index 0 starts afresh.',
    '',
    `A message of ${MESSAGE_BYTES_MAX} bytes:`,
    '',
    '```text',
    ...cut,
    '```',
  ];
}

function messages(): string[] {
  const names = Object.keys(MESSAGES) as MessageName[];
  const rows = names.map((name) => [
    `[${name}](#${name.toLowerCase()})`,
    hexTag(MESSAGES[name].tag),
    MESSAGES[name].from,
    String(MESSAGES[name].since),
    MESSAGE_MEANING[name],
  ]);
  return [
    ...section('Messages'),
    'A message is one BER-TLV template. Its fields may come in any order, each once; unknown fields are passed over.',
    'In the examples the card number is a test number, and tokens, envelopes and keys are patterns.',
    '',
    ...table(['message', 'tag', 'from', 'since', 'meaning'], rows),
    ...names.flatMap((name) => [
      '',
      `### ${name}`,
      '',
      `Tag ${hexTag(MESSAGES[name].tag)}, from ${MESSAGES[name].from}: ${MESSAGE_MEANING[name]}.`,
      '',
      ...fieldTable(MESSAGES[name]),
      '',
      'Example:',
      '',
      ...exampleText(EXAMPLES[name], MESSAGES[name].from !== 'stored'),
    ]),
  ];
}

function templates(): string[] {
  return [
    ...section('Lists'),
    'A list is its template once for each item.',
    ...(Object.keys(TEMPLATES) as TemplateName[]).flatMap((name) => [
      '',
      `### ${name}`,
      '',
      ...fieldTable(TEMPLATES[name]),
    ]),
  ];
}

function fieldTable({
  required,
  optional,
}: {
  readonly required: readonly FieldName[];
  readonly optional: readonly FieldName[];
}): string[] {
  const row = (name: FieldName, need: string): string[] => [
    name,
    hexTag(FIELDS[name].tag),
    ...formatOf(name),
    need,
    FIELD_MEANING[name],
  ];
  const rows = [...required.map((name) => row(name, 'required')), ...optional.map((name) => row(name, 'optional'))];
  return table(['field', 'tag', 'format', 'bytes', 'presence', 'meaning'], rows);
}

function formatOf(name: FieldName): [string, string] {
  const field: { readonly format: string; readonly size?: number; readonly max?: number; readonly of?: string } =
    FIELDS[name];
  if (field.of !== undefined) return [`list of [${field.of}](#${field.of.toLowerCase()})`, ''];
  return [field.format, field.size === undefined ? `0..${field.max ?? 0}` : String(field.size)];
}

function outcomes(): string[] {
  const rows = (Object.keys(OUTCOME) as OutcomeName[]).map((name) => [
    String(OUTCOME[name]),
    name,
    OUTCOME_MEANING[name],
  ]);
  return [...section('Outcomes'), ...table(['number', 'outcome', 'meaning'], rows)];
}

function prompts(): string[] {
  const rows = (Object.keys(PROMPT) as PromptName[]).map((name) => [String(PROMPT[name]), name, PROMPT_MEANING[name]]);
  return [
    ...section('Prompts'),
    'The payload of KEEPALIVE is one of these bytes.',
    '',
    ...table(['number', 'prompt', 'the customer is asked to'], rows),
  ];
}

function statuses(): string[] {
  const rows = (Object.keys(STATUS) as StatusName[]).map((name) => [byte(STATUS[name]), name, STATUS_MEANING[name]]);
  return [
    ...section('Status codes'),
    'The payload of ERROR is one of these bytes. A number never changes its meaning; a host keeps one that it does not know as a number.',
    '',
    ...table(['code', 'status', 'meaning'], rows),
  ];
}

function refusals(): string[] {
  const names = Object.keys(REFUSAL) as RefusalName[];
  return [
    ...section('Refusals of firmware'),
    'The field `refusal` is 0 or one of these. They are as frozen as the status codes.',
    '',
    ...table(
      ['number', 'refusal', 'meaning'],
      names.map((name) => [String(REFUSAL[name]), name, REFUSAL_MEANING[name]]),
    ),
  ];
}

function objectRefusals(): string[] {
  const names = Object.keys(OBJECT_REFUSAL) as ObjectRefusalName[];
  return [
    ...section('Refusals of signed objects'),
    'The field `refusal` of `configurationProgress` is 0 or one of these. They are as frozen as the status codes.',
    '',
    ...table(
      ['number', 'refusal', 'meaning'],
      names.map((name) => [String(OBJECT_REFUSAL[name]), name, OBJECT_REFUSAL_MEANING[name]]),
    ),
  ];
}

function section(title: string): string[] {
  return ['', `## ${title}`, ''];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map(
    (cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`,
  );
}

function byte(value: number): string {
  return toHex(Uint8Array.of(value));
}

function selfTests(): string[] {
  return [
    ...section('Self-tests'),
    'The field `selfTest` of `info`. They run at the start and every 23 hours, never while a command runs. A reader whose self-test failed takes no card until it',
    'is restarted and passes.',
    '',
    ...table(
      ['number', 'self-test'],
      SELF_TESTS.map((name, at) => [String(at + 1), name]),
    ),
  ];
}

function events(): string[] {
  const rows = (Object.keys(EVENT) as EventName[]).map((name) => [String(EVENT[name]), name, EVENT_MEANING[name]]);
  return [
    ...section('Events'),
    `The reader remembers its last ${EVENTS_MAX} events until it has no power. An entry of \`eventList\` has eight bytes, the oldest comes first:`,
    '',
    '```text',
    'seconds since the start, of the last time  4 | code  1 | detail  1 | how many times in a row, at most FFFF  2',
    '```',
    '',
    ...table(['code', 'event', 'meaning'], rows),
  ];
}
