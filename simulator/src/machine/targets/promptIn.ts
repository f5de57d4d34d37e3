/**
 * What a report to the host says about the customer: a reader by a wire shows its light to nobody else.
 * Floor: simulator machine.
 */
import { COMMAND } from '@comptoir/protocol';

const FIRST_REPORT = 0x80;

/** @returns a value of `PROMPT`; 0 when a command ended; undefined when the report is about something else */
export function promptIn(report: Uint8Array): number | undefined {
  switch ((report[4] ?? 0) ^ FIRST_REPORT) {
    case COMMAND.keepalive:
      return report[7];
    case COMMAND.message:
    case COMMAND.part:
    case COMMAND.error:
      return 0;
    default:
      return undefined;
  }
}
