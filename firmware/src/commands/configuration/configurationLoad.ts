/**
 * Loads a configuration that a host brings: head first, then the content in pieces, each to flash as it comes. What is in force stays so
 * until all of the new one was checked there.
 * Source: docs/decisions/0041-a-configuration-is-a-signed-object.md.   Floor: commands.
 */
import { CONFIGURATION_BYTES_MAX, type Message, OBJECT_REFUSAL, SIGNED_OBJECT, STATUS } from '@comptoir/protocol';
import { type Board, PLACE } from '../../board/board.js';
import { type Configuration, keepConfigurationSequence, NO_SEQUENCE, openConfiguration } from './configuration.js';
import { openSignedHead } from './signedObject.js';

export class ConfigurationLoad {
  private readonly board: Board;
  /** Called with what is in force from then on. */
  private readonly loaded: (configuration: Configuration) => void;
  /** Of the content; 0: nothing was begun. */
  private length = 0;
  private taken = 0;
  private headLength = 0;
  private above: number = NO_SEQUENCE;

  constructor(board: Board, loaded: (configuration: Configuration) => void) {
    this.board = board;
    this.loaded = loaded;
  }

  /** @param above the sequence of what is in force; -1: nothing is */
  begin(head: Uint8Array, above: number): Message<'configurationProgress'> {
    const { configuration: store } = this.board;
    this.length = 0;
    const opened = openSignedHead(this.board, head, SIGNED_OBJECT.configuration, above);
    if (!opened.ok) return progress(opened.refusal);
    const { contentLength } = opened.head;
    if (contentLength === 0 || head.length + contentLength > CONFIGURATION_BYTES_MAX)
      return progress(OBJECT_REFUSAL.wrongLength);
    if (!store.begin(head.length + contentLength) || !store.write(0, head)) return progress(OBJECT_REFUSAL.flashFailed);
    this.length = contentLength;
    this.taken = 0;
    this.headLength = head.length;
    this.above = above;
    return progress(0);
  }

  /** @returns the answer, or a status of the wire when the piece doesn't follow the one before it */
  take({ offset, piece }: Message<'configurationPiece'>): Message<'configurationProgress'> | number {
    const { configuration: store } = this.board;
    if (this.length === 0) return progress(OBJECT_REFUSAL.nothingBegun);
    const end = offset + piece.length;
    if (piece.length === 0 || end > this.length) return STATUS.messageRefused;
    if (offset > this.taken) return STATUS.invalidSequence;
    if (!store.write(this.headLength + offset, piece)) return this.end(OBJECT_REFUSAL.flashFailed);
    this.taken = Math.max(this.taken, end);
    return this.taken < this.length ? progress(0) : this.finish();
  }

  private finish(): Message<'configurationProgress'> {
    const opened = openConfiguration(this.board, PLACE.coming, this.above);
    if (!opened.ok) return { ...this.end(opened.refusal), ...(opened.at !== '' && { faultAt: opened.at }) };
    if (!this.board.configuration.finish()) return this.end(OBJECT_REFUSAL.flashFailed);
    keepConfigurationSequence(this.board, opened);
    this.loaded(opened);
    return { ...this.end(0), objectSequence: opened.sequence, contentHash: opened.hash };
  }

  private end(refusal: number): Message<'configurationProgress'> {
    this.length = 0;
    return progress(refusal);
  }
}

function progress(refusal: number): Message<'configurationProgress'> {
  return { kind: 'configurationProgress', refusal };
}
