/**
 * What a reader tells of itself once it's connected: certificate, firmware, self-tests, configuration.
 * Floor: cli.
 */
import { connect, type DeviceInfo, type Reader, ReaderError, type Transport, type Trust } from '@comptoir/sdk';
import { type Finding, ok, problem, warning } from './finding.js';

const CONNECT_MS_MAX = 10_000;
/** A certificate that ends sooner is told beforehand. */
const DAYS_LEFT_MIN = 30;
const DAY_MS = 86_400_000;

export interface FoundReader {
  readonly transport: Transport;
  readonly device: DeviceInfo;
}

export async function readerFindings({ transport, device }: FoundReader, trust: Trust): Promise<readonly Finding[]> {
  const check = device.id;
  try {
    const reader = await connect(transport, { device, trust, timeoutMs: CONNECT_MS_MAX });
    try {
      // A self-test that failed would have kept it from being connected.
      return [
        ok(check, `${reader.info.model}, serial ${reader.info.serial}; its self-tests passed.`),
        certificateFinding(check, reader),
        await firmwareFinding(check, reader),
        configurationFinding(check, reader),
      ];
    } finally {
      await reader.close();
    }
  } catch (error) {
    if (!(error instanceof ReaderError)) throw error;
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : '';
    return [problem(check, `${error.message} ${error.code}${cause}`, error.recovery.message)];
  }
}

function certificateFinding(check: string, { link }: Reader): Finding {
  const what = `${check} certificate`;
  if (link.protocolVersion === 1) return problem(what, 'none: the link is in clear.', 'Update the reader.');
  const { factory, isDevelopment, validThrough } = link.certificate;
  const days = Math.floor((endOf(validThrough) - Date.now()) / DAY_MS);
  const says = `of ${factory}, valid for ${days} days.`;
  if (isDevelopment)
    return warning(what, `${says} It is for development and protects nothing.`, 'Take no money with this reader.');
  if (days >= DAYS_LEFT_MIN) return ok(what, says);
  return warning(what, says, 'Have the reader certified again.');
}

/** @param date YYYYMMDD @returns the end of that day */
function endOf(date: number): number {
  const [year, month, day] = [Math.floor(date / 10_000), Math.floor(date / 100) % 100, date % 100];
  return Date.UTC(year, month - 1, day + 1);
}

async function firmwareFinding(check: string, { firmware, info }: Reader): Promise<Finding> {
  const what = `${check} firmware`;
  const running = await firmware.running();
  if (running === undefined) return ok(what, `${info.firmware}; this reader can not be updated.`);
  if (running.trialStartsLeft === undefined) return ok(what, `${running.version} in slot ${running.slot}.`);
  return warning(what, `${running.version} is on trial.`, 'Take a payment, or wait: the reader confirms its firmware.');
}

function configurationFinding(check: string, { info: { configuration } }: Reader): Finding {
  const what = `${check} configuration`;
  if (configuration !== undefined) return ok(what, `number ${configuration.sequence}.`);
  return problem(what, 'none: the reader takes no card.', 'Load one: comptoir config load FILE');
}
