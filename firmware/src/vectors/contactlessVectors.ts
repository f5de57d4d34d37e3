/**
 * Kinds contactless.preprocessing, contactless.kernel, qvsdc.decision, relay.resistance: what the reader decides about a card in the field.
 * Floor: vectors.
 */
import { NO_BYTES, TAG_95_TERMINAL_VERIFICATION_RESULTS, toHex, unsignedFromBcd } from '@comptoir/protocol';
import { type CardAnswer, decideByQualifiers } from '../emv/contactless/cardTransactionQualifiers.js';
import { requestedKernel } from '../emv/contactless/kernelIdentifier.js';
import { preProcess } from '../emv/contactless/preProcessing.js';
import { processingTime, relayBits } from '../emv/contactless/relayResistance.js';
import { CAUTIOUS } from '../emv/data/terminalParameters.js';
import { setTvr, TVR_BYTES } from '../emv/data/terminalStatus.js';
import type { VectorHandler, VectorInput } from './vectorInput.js';

function oneOf<T extends string>(input: VectorInput, name: string, values: readonly T[]): T {
  const value = values.find((one) => one === input.text(name));
  if (value === undefined) throw new Error(`${name} is not one of ${values.join(', ')}`);
  return value;
}

function cardAnswer(input: VectorInput): CardAnswer {
  return {
    cryptogram: oneOf(input, 'cryptogram', ['TC', 'ARQC', 'AAC']),
    cardQualifiers: input.optionalHex('9F6C') ?? NO_BYTES,
    relatedData: input.optionalHex('9F69') ?? NO_BYTES,
    terminalQualifiers: input.hex('9F66'),
    authentication: oneOf(input, 'authentication', ['ok', 'none', 'failed']),
    isExpired: input.flag('expired', false),
    isNotYetEffective: input.flag('notYetEffective', false),
    transactionType: unsignedFromBcd(input.hex('9C')) ?? 0,
  };
}

export const contactlessVectors: { readonly [kind: string]: VectorHandler } = {
  'contactless.preprocessing': (input) => {
    const accepted = {
      aid: NO_BYTES,
      match: 'partial',
      kernel: 3,
      parameters: { ...CAUTIOUS, floorLimit: input.number('floorLimit') },
      contactless: {
        transactionLimit: input.optionalNumber('transactionLimit'),
        verificationLimit: input.optionalNumber('verificationLimit'),
        statusCheckAmount: input.optionalNumber('statusCheckAmount'),
        isZeroAmountAllowed: input.flag('zeroAmountAllowed', true),
        hasExtendedSelection: false,
      },
    } as const;
    const asked = { amount: input.number('amount'), qualifiers: input.hex('9F66'), capabilities: input.hex('9F33') };
    const result = preProcess(accepted, asked);
    return result.kind === 'allowed'
      ? { allowed: true, '9F66': toHex(result.qualifiers) }
      : { allowed: false, reason: result.reason };
  },
  'contactless.kernel': (input) => ({ kernel: requestedKernel(input.optionalHex('9F2A'), input.hex('4F')) }),
  'qvsdc.decision': (input) => {
    const decision = decideByQualifiers(cardAnswer(input));
    return { ...decision, outcome: decision.kind };
  },
  'relay.resistance': (input) => {
    const times = { least: input.number('least'), most: input.number('most'), onAir: input.number('onAir') };
    const measured = processingTime(input.number('elapsed'), times);
    const tvr = new Uint8Array(TVR_BYTES);
    setTvr(new Map([[TAG_95_TERMINAL_VERIFICATION_RESULTS, tvr]]), ...relayBits(measured, times));
    return { measured, tvr: toHex(tvr) };
  },
};
