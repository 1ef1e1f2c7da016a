import { decodeFact, type Fact, type FactKind, type FactOf, factCode, factFields } from "../../../domain/facts";
import { FactsOutbox } from "../../machine/facts-outbox";

type FieldNames<Kind extends FactKind> = Exclude<keyof FactOf<Kind>, "kind" | "number" | "timeNs" | "text">;

/** Fields of a fact to write; those left out are 0. */
export type FactInput<Kind extends FactKind> = { readonly [Name in FieldNames<Kind>]?: number };

/** Writes facts as the engine does, numbered from 1 without holes, and keeps their bytes. */
export class FactWriter {
  readonly records: Uint8Array[] = [];
  private readonly outbox = new FactsOutbox(64 * 1_024);
  private readonly fields = new Float64Array(32);
  private readonly encoder = new TextEncoder();

  get lastNumber(): number {
    return this.records.length;
  }

  write<Kind extends FactKind>(kind: Kind, timeNs: number, fields: FactInput<Kind>, text = ""): Fact {
    const names: readonly string[] = factFields[kind];
    const given = new Map<string, unknown>(Object.entries(fields));
    names.forEach((name, at) => {
      this.fields[at] = Number(given.get(name) ?? 0);
    });
    const bytes = this.encoder.encode(text);
    this.outbox.clear();
    this.outbox.append(factCode[kind], this.lastNumber + 1, timeNs, this.fields, names.length, bytes, 0, bytes.length);
    const record = this.outbox.bytes.slice(0, this.outbox.used);
    this.records.push(record);
    return decodeFact(record, 0).fact;
  }

  /** Whole facts from number `first` on, at most `count`, in one run of bytes. */
  bytesFrom(first: number, count: number): Uint8Array {
    return Buffer.concat(this.records.slice(first - 1, first - 1 + count));
  }
}
