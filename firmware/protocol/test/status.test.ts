import { OUTCOME, PROMPT, STATUS, STATUS_MEANING, statusName } from '@comptoir/protocol';
import { expect, test } from 'vitest';

// These numbers are frozen. A test that fails here is right: add numbers, never change one.
test('status numbers', () =>
  expect(STATUS).toEqual({
    unknownCommand: 0x01,
    malformed: 0x02,
    invalidLength: 0x03,
    invalidSequence: 0x04,
    timeout: 0x05,
    busy: 0x06,
    paddingNotZero: 0x07,
    invalidChannel: 0x0b,
    sessionBroken: 0x0c,
    noSession: 0x0d,
    unknownMessage: 0x10,
    messageRefused: 0x11,
    keyReused: 0x12,
    paymentsUndecided: 0x13,
    unsupported: 0x14,
    keysMissing: 0x15,
    keysExhausted: 0x16,
    unconfigured: 0x17,
    tampered: 0x18,
    internalFault: 0x7f,
  }));

test('outcome numbers', () =>
  expect(OUTCOME).toEqual({
    approved: 1,
    declined: 2,
    cancelled: 3,
    noCard: 4,
    cardError: 5,
    cardRemoved: 6,
    tryAnotherInterface: 7,
    notAccepted: 8,
    cardBlocked: 9,
    severalCards: 10,
    waitingForAcquirer: 11,
    read: 12,
    partlyApproved: 13,
  }));

test('prompt numbers', () =>
  expect(PROMPT).toEqual({
    processing: 1,
    presentCard: 2,
    holdCard: 3,
    removeCard: 4,
    tryAgain: 5,
    presentOneCard: 6,
    insertCard: 7,
    seePhone: 8,
    choose: 9,
  }));

test('a known number has a name and a meaning; an unknown one stays a number', () => {
  const names = new Set<string>();
  for (let status = 0; status < 256; status += 1) {
    const name = statusName(status);
    if (name === undefined) continue;
    names.add(name);
    expect(STATUS[name]).toBe(status);
    expect(STATUS_MEANING[name]).not.toBe('');
  }
  expect([...names].sort()).toEqual(Object.keys(STATUS).sort());
});
