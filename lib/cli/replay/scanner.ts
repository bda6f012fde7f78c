/**
 * Splits a stream of bytes into CloudTrail records without holding more than one of them: a list of records, a
 * `Records` object of a log file, the `Events` of `aws cloudtrail lookup-events`, the `events` of `aws logs filter-log-events`,
 * the `logEvents` of a subscription, JSON Lines, one record, and any of these after another. It tracks strings and brackets only; the values are `JSON.parse`'s business.
 *
 * Damage ends a record, never the file: the scan goes on at the next place that looks like the start of a record, which is
 * a line that begins as the damaged one began, or the key that CloudTrail writes first.
 */
export interface Position {
  /** Bytes from the start. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
}

export interface RecordSink {
  /** One JSON object. The bytes are only valid until it returns. */
  readonly record: (bytes: Buffer, at: Position) => void;
  readonly damage: (message: string, at: Position) => void;
}

/** Bytes of one record; CloudTrail's own limit is 256 KB: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html */
const MOST_RECORD = 16 * 1024 * 1024;
/** Brackets inside one another; also bounds the work for input that is made to fail late. */
const MOST_DEPTH = 128;
const FIRST_STORE = 512 * 1024;

const [TAB, NEWLINE, RETURN, SPACE, QUOTE, COMMA, COLON, BACKSLASH] = [9, 10, 13, 32, 34, 44, 58, 92] as const;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [91, 93, 123, 125] as const;
/** Stands for a number, `true`, `false` or `null` as the last thing seen. */
const SCALAR = 1;

const CONTAINER_KEYS = ['Records', 'Events', 'events', 'logEvents'];
const FIRST_KEY = Buffer.from('"eventVersion"');

/** A record that is indented deeper is not told by its indentation. */
const MOST_INDENT = 64;

type Mode = 'between' | 'object' | 'string' | 'line' | 'scalar' | 'quoted' | 'resync';

export class RecordScanner {
  readonly #sink: RecordSink;
  readonly #mostRecord: number;
  #store = Buffer.allocUnsafe(FIRST_STORE);
  /** Bytes of the store that are filled, and the next one to look at. */
  #length = 0;
  #index = 0;
  /** Offset of the store's first byte, and of the line's first byte. */
  #base = 0;
  /** White space since the start of the line; undefined once there was anything else. Kept apart from the store, which is cut as chunks come. */
  #lead: number[] | undefined = [];
  #line = 1;
  #mode: Mode = 'between';
  #escaped = false;
  /** Lists that hold records, and objects that hold such a list. */
  readonly #containers: ('list' | 'holder')[] = [];
  /** The record at hand: where it starts in the store (-1: an object whose list of records has been read), and its open brackets. */
  #start = -1;
  #startLine = 1;
  #indent: Buffer = Buffer.alloc(0);
  readonly #nest = new Uint8Array(MOST_DEPTH + 1);
  #depth = 0;
  #last = 0;
  #keyStart = -1;
  #holdsRecords = false;
  #damaged = false;

  constructor(sink: RecordSink, mostRecord = MOST_RECORD) {
    this.#sink = sink;
    this.#mostRecord = mostRecord;
  }

  /** The chunk may be reused as soon as this returns. */
  push(chunk: Buffer): void {
    this.#append(chunk);
    this.#run(false);
  }

  /** `quiet`: the source has failed, and that has been said. */
  end(quiet = false): void {
    this.#run(true);
    if (quiet) this.#damaged = true;
    while (this.#inObject()) {
      if (this.#start < 0) break;
      this.#fail(quiet ? undefined : 'the file ends inside a record: it is truncated');
      this.#run(true);
    }
    if (this.#containers.length > 0 && !this.#damaged) this.#damage('the file ends before its list of records does: it is truncated', this.#here());
  }

  #inObject(): boolean {
    return this.#mode === 'object' || this.#mode === 'string';
  }

  #append(chunk: Buffer): void {
    const keep = this.#start >= 0 ? this.#start : this.#keyStart >= 0 ? this.#keyStart : this.#index;
    if (keep > 0) {
      this.#store.copyWithin(0, keep, this.#length);
      this.#length -= keep;
      this.#index -= keep;
      this.#start = Math.max(-1, this.#start - keep);
      this.#keyStart -= keep;
      this.#base += keep;
    }
    const needed = this.#length + chunk.length;
    if (needed > this.#store.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#store.length * 2));
      this.#store.copy(larger, 0, 0, this.#length);
      this.#store = larger;
    }
    chunk.copy(this.#store, this.#length);
    this.#length = needed;
  }

  #run(final: boolean): void {
    let waiting = false;
    while (this.#index < this.#length && !waiting) {
      switch (this.#mode) {
        case 'object':
        case 'string':
          this.#scanObject();
          break;
        case 'between':
          this.#scanBetween();
          break;
        case 'resync':
          waiting = this.#resync(final);
          break;
        default:
          this.#skip();
      }
    }
  }

  /** Between records: white space, commas, the brackets of lists, and the start of the next record. */
  #scanBetween(): void {
    const byte = this.#store[this.#index];
    const top = this.#containers.at(-1);
    if (byte === NEWLINE) this.#newline();
    else if ((byte === SPACE || byte === TAB) && this.#lead && this.#lead.length < MOST_INDENT) this.#lead.push(byte);
    else if (byte !== OPEN_OBJECT) this.#lead = undefined;
    if (byte === SPACE || byte === NEWLINE || byte === RETURN || byte === TAB || byte === COMMA) {
      this.#index += 1;
    } else if (byte === OPEN_OBJECT) {
      this.#startRecord();
    } else if (byte === OPEN_LIST && this.#containers.length < MOST_DEPTH) {
      this.#containers.push('list');
      this.#index += 1;
    } else if (byte === CLOSE_LIST && top === 'list') {
      this.#containers.pop();
      this.#index += 1;
      if (this.#containers.at(-1) === 'holder') this.#resumeHolder();
    } else {
      this.#damage(top === 'list' ? 'expected a record, an object' : 'not JSON', this.#here());
      this.#mode = top !== 'list' ? 'line' : byte === QUOTE ? 'quoted' : 'scalar';
      this.#index += 1;
    }
  }

  #startRecord(): void {
    this.#start = this.#index;
    this.#startLine = this.#line;
    this.#indent = Buffer.from(this.#lead ?? []);
    this.#lead = undefined;
    this.#nest[1] = OPEN_OBJECT;
    this.#depth = 1;
    this.#last = OPEN_OBJECT;
    this.#holdsRecords = false;
    this.#mode = 'object';
    this.#index += 1;
  }

  #resumeHolder(): void {
    this.#start = -1;
    this.#nest[1] = OPEN_OBJECT;
    this.#depth = 1;
    this.#last = CLOSE_LIST;
    this.#holdsRecords = false;
    this.#mode = 'object';
  }

  #scanObject(): void {
    while (this.#index < this.#length) {
      if (this.#mode === 'string' && !this.#scanString()) return;
      if (this.#index >= this.#length) return;
      const byte = this.#store[this.#index] as number;
      if (byte === NEWLINE) this.#newline();
      if (byte !== SPACE && byte !== NEWLINE && byte !== RETURN && byte !== TAB && !this.#step(byte)) return;
      this.#index += 1;
      if (this.#start >= 0 && this.#index - this.#start > this.#mostRecord) {
        this.#fail(`a record of more than ${Math.floor(this.#mostRecord / 1024 / 1024)} MB`);
        return;
      }
    }
  }

  /** To the end of a string. False: the record failed. */
  #scanString(): boolean {
    const store = this.#store;
    const most = this.#start >= 0 ? Math.min(this.#length, this.#start + this.#mostRecord + 1) : this.#length;
    let index = this.#index;
    let escaped = this.#escaped;
    for (; index < most; index += 1) {
      const byte = store[index];
      if (escaped) escaped = false;
      else if (byte === BACKSLASH) escaped = true;
      else if (byte === QUOTE) break;
      // JSON allows no line break in a string, so this one has lost its end.
      if (byte === NEWLINE) {
        this.#index = index;
        this.#escaped = false;
        this.#fail('a string that does not end: the record is damaged or truncated');
        return false;
      }
    }
    this.#escaped = escaped;
    this.#index = index;
    if (index >= most) {
      if (most === this.#length) return true;
      this.#fail(`a record of more than ${Math.floor(this.#mostRecord / 1024 / 1024)} MB`);
      return false;
    }
    this.#mode = 'object';
    this.#last = QUOTE;
    if (this.#keyStart >= 0)
      this.#holdsRecords = CONTAINER_KEYS.includes(store.toString('latin1', this.#keyStart, Math.min(index, this.#keyStart + 16)));
    this.#keyStart = -1;
    this.#index = index + 1;
    return true;
  }

  /** One structural byte. False: the record ended, failed, or turned out to hold a list of records. */
  #step(byte: number): boolean {
    const last = this.#last;
    const inList = this.#nest[this.#depth] === OPEN_LIST;
    switch (byte) {
      case QUOTE:
        if (last === QUOTE || last === CLOSE_OBJECT || last === CLOSE_LIST || last === SCALAR) return this.#malformed();
        this.#keyStart = this.#depth === 1 && last !== COLON ? this.#index + 1 : -1;
        this.#mode = 'string';
        return true;
      case OPEN_OBJECT:
      case OPEN_LIST:
        if (inList ? last !== OPEN_LIST && last !== COMMA : last !== COLON) return this.#malformed();
        if (byte === OPEN_LIST && this.#depth === 1 && this.#holdsRecords) return this.#enterList();
        if (this.#depth >= MOST_DEPTH) return this.#fail(`a record nested more than ${MOST_DEPTH} deep`);
        this.#depth += 1;
        this.#nest[this.#depth] = byte;
        break;
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        if (inList !== (byte === CLOSE_LIST) || last === COLON || last === COMMA) return this.#malformed();
        this.#depth -= 1;
        if (this.#depth === 0) return this.#finish();
        break;
      case COLON:
        if (last !== QUOTE || inList) return this.#malformed();
        break;
      case COMMA:
        if (last === OPEN_OBJECT || last === OPEN_LIST || last === COMMA || last === COLON) return this.#malformed();
        this.#holdsRecords &&= this.#depth > 1;
        break;
      default:
        if (last === QUOTE || last === CLOSE_OBJECT || last === CLOSE_LIST || last === OPEN_OBJECT) return this.#malformed();
        this.#last = SCALAR;
        return true;
    }
    this.#last = byte;
    return true;
  }

  #enterList(): false {
    this.#containers.push('holder', 'list');
    if (this.#start < 0) this.#containers.splice(-2, 1);
    this.#start = -1;
    this.#mode = 'between';
    this.#index += 1;
    return false;
  }

  #finish(): false {
    this.#index += 1;
    this.#mode = 'between';
    if (this.#start < 0) {
      this.#containers.pop();
      return false;
    }
    const bytes = this.#store.subarray(this.#start, this.#index);
    this.#sink.record(bytes, { offset: this.#base + this.#start, line: this.#startLine });
    return false;
  }

  #malformed(): false {
    return this.#fail('a record that is not well-formed JSON: it is damaged or truncated');
  }

  /** Gives the record up and looks for the next one from just after its first byte. */
  #fail(message: string | undefined): false {
    if (this.#start >= 0) {
      if (message !== undefined) this.#damage(message, { offset: this.#base + this.#start, line: this.#startLine });
      this.#line = this.#startLine;
      this.#index = this.#start + 1;
    } else {
      if (message !== undefined) this.#damage(message, this.#here());
      this.#containers.pop();
      this.#indent = Buffer.alloc(0);
    }
    this.#start = -1;
    this.#escaped = false;
    this.#keyStart = -1;
    this.#mode = 'resync';
    return false;
  }

  /** To the next start of a record. True: more bytes are needed to tell. */
  #resync(final: boolean): boolean {
    const store = this.#store;
    const ahead = Math.max(FIRST_KEY.length, this.#indent.length) + 2;
    const until = final ? this.#length : this.#length - ahead;
    for (; this.#index < until; this.#index += 1) {
      const byte = store[this.#index];
      if (byte === OPEN_OBJECT && this.#startsWith(FIRST_KEY, this.#index + 1)) {
        this.#lead = undefined;
        this.#mode = 'between';
        return false;
      }
      if (byte !== NEWLINE) continue;
      this.#newline();
      const brace = this.#index + 1 + this.#indent.length;
      if (store[brace] === OPEN_OBJECT && brace < this.#length && this.#startsWith(this.#indent, this.#index + 1)) {
        this.#index += 1;
        this.#mode = 'between';
        return false;
      }
    }
    return true;
  }

  #startsWith(bytes: Buffer, at: number): boolean {
    return at + bytes.length <= this.#length && this.#store.compare(bytes, 0, bytes.length, at, at + bytes.length) === 0;
  }

  /** Over something that is no record: a line, or a scalar in a list. */
  #skip(): void {
    for (; this.#index < this.#length; this.#index += 1) {
      const byte = this.#store[this.#index];
      const ends = byte === NEWLINE || (this.#mode === 'scalar' && (byte === COMMA || byte === CLOSE_LIST || byte === OPEN_OBJECT));
      if (ends) {
        this.#mode = 'between';
        return;
      }
      if (this.#mode === 'quoted') {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#mode = 'scalar';
      }
    }
  }

  /** Call it with the index on the line break. */
  #newline(): void {
    this.#line += 1;
    this.#lead = [];
  }

  #here(): Position {
    return { offset: this.#base + this.#index, line: this.#line };
  }

  #damage(message: string, at: Position): void {
    this.#damaged = true;
    this.#sink.damage(message, at);
  }
}
