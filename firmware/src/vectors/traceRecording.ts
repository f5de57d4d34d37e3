/**
 * A recorded exchange, read: which data objects came, and of which application.
 * Floor: vectors.
 */
import { concatBytes, type DataObject, decodeTlv, isConstructed, latin1FromBytes, NO_BYTES } from '@comptoir/protocol';
import { SW } from '../apdu/responseApdu.js';
import { cryptogramFields } from '../emv/generateAc.js';
import { processingOptionsFields } from '../emv/initiateApplicationProcessing.js';
import type { VectorInput } from './vectorInput.js';

interface TracePair {
  readonly command: Uint8Array;
  readonly data: Uint8Array;
  readonly objects: readonly DataObject[];
}

/** One application of the trace: from its SELECT to the next. */
export interface TraceApplication {
  readonly aid: Uint8Array;
  readonly values: Map<number, Uint8Array>;
  /** By SFI and record: `sfi * 256 + record`. */
  readonly records: Map<number, Uint8Array>;
  pdolData: Uint8Array;
  /** Data of the first GENERATE AC, and the value of its answer's template 77. */
  cdol1Data: Uint8Array | undefined;
  answer77: Uint8Array | undefined;
}

const INS = { select: 0xa4, readRecord: 0xb2, getProcessingOptions: 0xa8, generateAc: 0xae } as const;
const HEADER_BYTES = 5;

/** Answers with 9000, their parts joined: 61xx with its GET RESPONSE, 6Cxx replaced by its repetition. */
export function answeredPairs(script: readonly VectorInput[]): readonly TracePair[] {
  const pairs: TracePair[] = [];
  let pending: { command: Uint8Array; data: Uint8Array } | undefined;
  for (const entry of script) {
    const response = entry.hex('r');
    if (response.length < 2) continue;
    const sw = ((response[response.length - 2] as number) << 8) | (response[response.length - 1] as number);
    const data = concatBytes(pending?.data ?? NO_BYTES, response.subarray(0, response.length - 2));
    const command = pending?.command ?? entry.hex('c');
    pending = undefined;
    if (sw >> 8 === 0x61) pending = { command, data };
    else if (sw === SW.success) {
      const tlv = decodeTlv(data);
      pairs.push({ command, data, objects: tlv.ok ? tlv.objects : [] });
    }
  }
  return pairs;
}

/** Data objects of an answer: the leaves, or the fields of a format 1 answer. */
export function leavesOf({ command, objects }: TracePair): readonly DataObject[] {
  const first = objects[0];
  const ins = command[1];
  if (first?.tag === 0x80 && ins === INS.getProcessingOptions) return objectsOf(processingOptionsFields(first.value));
  if (first?.tag === 0x80 && ins === INS.generateAc) return objectsOf(cryptogramFields(first.value));
  return objects.flatMap((object) => leaves(object));
}

function objectsOf(fields: readonly (readonly [tag: number, value: Uint8Array])[]): readonly DataObject[] {
  return fields.map(([tag, value]) => ({ tag, value }));
}

/** The general decoder limits the depth. */
function leaves(object: DataObject): readonly DataObject[] {
  return isConstructed(object.tag) ? (object.children ?? []).flatMap((child) => leaves(child)) : [object];
}

/** Splits the trace by successful SELECTs of applications; directories don't count. */
export function traceApplications(pairs: readonly TracePair[]): readonly TraceApplication[] {
  const applications: TraceApplication[] = [];
  for (const pair of pairs) {
    const { command, data } = pair;
    const ins = command[1];
    const body = command.subarray(HEADER_BYTES, HEADER_BYTES + (command[4] ?? 0));
    if (ins === INS.select && !latin1FromBytes(body).endsWith('PAY.SYS.DDF01')) {
      const values = new Map<number, Uint8Array>();
      applications.push({
        aid: body,
        values,
        records: new Map(),
        pdolData: NO_BYTES,
        cdol1Data: undefined,
        answer77: undefined,
      });
    }
    const application = applications[applications.length - 1];
    if (application === undefined) continue;
    for (const { tag, value } of leavesOf(pair)) if (!application.values.has(tag)) application.values.set(tag, value);
    if (ins === INS.readRecord) application.records.set(((command[3] ?? 0) >> 3) * 256 + (command[2] ?? 0), data);
    if (ins === INS.getProcessingOptions) application.pdolData = body.subarray(2);
    if (ins === INS.generateAc && application.cdol1Data === undefined) {
      application.cdol1Data = body;
      application.answer77 = pair.objects[0]?.tag === 0x77 ? pair.objects[0].value : undefined;
    }
  }
  return applications;
}
