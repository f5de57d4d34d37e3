/**
 * Kinds candidate.list.*, gpo, read.records, transport.61_6c: kernels against recorded cards.
 * Floor: vectors.
 */
import {
  latin1FromBytes,
  TAG_82_APPLICATION_INTERCHANGE_PROFILE,
  TAG_94_APPLICATION_FILE_LOCATOR,
  toHex,
} from '@comptoir/protocol';
import { exchange } from '../apdu/exchange.js';
import { buildCandidateList } from '../emv/contact/buildCandidateList.js';
import { CONTACT_MANDATORY } from '../emv/contact/contactTransaction.js';
import { findCombinations } from '../emv/contactless/entryPoint.js';
import { DataStore } from '../emv/data/dataStore.js';
import { initiateApplicationProcessing } from '../emv/initiateApplicationProcessing.js';
import { readApplicationData } from '../emv/readApplicationData.js';
import { runScripted, runWholeScript } from './scriptedKernel.js';
import type { VectorHandler, VectorInput } from './vectorInput.js';

function firstCommand(script: readonly VectorInput[]): Uint8Array {
  const first = script[0];
  if (first === undefined) throw new Error('the script is empty');
  return first.hex('c');
}

export const commandVectors: { readonly [kind: string]: VectorHandler } = {
  'candidate.list.contact': (input) => {
    const applications = input.list('terminalApps').map((application) => ({
      aid: application.hex('aid'),
      match: application.text('match') === 'exact' ? ('exact' as const) : ('partial' as const),
      kernel: 0,
    }));
    const outcome = runWholeScript(buildCandidateList(applications), input.list('apdus'));
    if (outcome.kind === 'cardBlocked') return { outcome: 'card_blocked', candidates: [] };
    const candidates = outcome.candidates.map(({ aid, label, priority, confirmationRequired }) => ({
      aid: toHex(aid),
      label: latin1FromBytes(label),
      priority,
      ...(confirmationRequired ? { confirmationRequired } : {}),
    }));
    if (candidates.length === 0) return { outcome: 'not_accepted', candidates };
    const selectionRequired = candidates.length > 1 || outcome.candidates[0]?.confirmationRequired === true;
    return { outcome: 'ok', candidates, selectionRequired };
  },
  'candidate.list.contactless': (input) => {
    const applications = input.list('terminalCombinations').map((combination) => ({
      aid: combination.hex('aid'),
      match: 'partial' as const,
      kernel: combination.number('kernel'),
    }));
    const combinations = findCombinations(input.hex('ppseResponse'), applications);
    const candidates = combinations.map(({ aid, label, priority, accepted, kernelIdentifier, extendedSelection }) => ({
      adf: toHex(aid),
      terminalAid: toHex(accepted.aid),
      priority,
      kernel: accepted.kernel,
      ...(label.length === 0 ? {} : { label: latin1FromBytes(label) }),
      ...(kernelIdentifier === undefined ? {} : { kernelIdentifier: toHex(kernelIdentifier) }),
      ...(extendedSelection === undefined ? {} : { extendedSelection: toHex(extendedSelection) }),
    }));
    return { candidates, selected: candidates[0]?.adf ?? null };
  },
  gpo: (input) => {
    const script = input.list('apdus');
    const outcome = runWholeScript(initiateApplicationProcessing(firstCommand(script)), script);
    if (outcome.kind === 'tryNextApplication') return { outcome: 'try_next_application' };
    if (outcome.kind === 'terminate') return { outcome: 'terminate', reason: outcome.fault };
    const { store } = outcome;
    return {
      outcome: 'ok',
      aip: toHex(store.valueOf(TAG_82_APPLICATION_INTERCHANGE_PROFILE)),
      afl: toHex(store.valueOf(TAG_94_APPLICATION_FILE_LOCATOR)),
    };
  },
  'read.records': (input) => {
    const kernel = readApplicationData(input.hex('afl'), new DataStore(), CONTACT_MANDATORY);
    const { outcome, isUsedUp } = runScripted(kernel, input.list('apdus'));
    if (outcome.kind === 'terminate') return { ok: false, reason: outcome.fault };
    if (!isUsedUp) throw new Error('the reader read less than the script');
    return outcome.maybeAuthenticated ? { ok: true } : { ok: true, oda: 'RECORD_NOT_SIGNED' };
  },
  'transport.61_6c': (input) => {
    const script = input.list('exchange');
    const { commands, isUsedUp } = runScripted(exchange(firstCommand(script)), script);
    if (!isUsedUp) throw new Error(`only ${commands.length} of ${script.length} commands were sent`);
    return { lastCommand: toHex(commands[commands.length - 1] as Uint8Array) };
  },
};
