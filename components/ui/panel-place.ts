import { createContext } from "react";

/** Where a panel stands when something else draws its head: the dock's tab bar. */
export type PanelPlace = {
  /** Boxes of the head for the panel's controls and its age; null while another panel of this place is in front. */
  readonly controls: HTMLElement | null;
  readonly age: HTMLElement | null;
  /** False while another panel is in front: nothing of it need be drawn. */
  readonly shown: boolean;
  readonly setTitle: (title: string) => void;
};

/** The place of the panel below; null: it draws its head itself. */
export const PanelPlaceContext = createContext<PanelPlace | null>(null);
