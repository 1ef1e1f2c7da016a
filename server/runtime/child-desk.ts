import { deskOfRecording, type RecordingCensus } from "../desk/desk-of-recording";
import { type LoadedDesk, loadDesk } from "../desk/load-desk";
import type { ChildConfig } from "./child-contract";
import { readCensus } from "./recording-census";

/** The desk a child works on: the desk file's, or in a replay the recording's. Throws a DeskError. */
export function deskOf(config: ChildConfig): LoadedDesk & { readonly census: RecordingCensus | null } {
  const { names, pairs, seed, replay } = config;
  const loaded = loadDesk(config.deskFile, { names, pairs, seed });
  if (replay === null) return { ...loaded, census: null };
  const census = readCensus(replay.censusFile);
  return { ...deskOfRecording(census, loaded), census };
}
