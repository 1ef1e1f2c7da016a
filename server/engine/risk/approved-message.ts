/**
 * What the gate lets through to a venue: the proof is the type. Only `gate.ts` holds the one instance and fills it;
 * the encoder takes nothing else. A class with a private field, so that neither a literal nor a spread copy passes
 * for one. It is valid until the gate approves the next message.
 */
export class ApprovedMessage {
  readonly #approved = true;
  venue = 0;
  instrument = 0;
  /** A code of `sides`; sell or sell short was derived by the gate. */
  side = 0;
  quantity = 0;
  price = 0;
  timeInForce = 0;
  postOnly = 0;

  /** Always true; keeps the private field in use. */
  get isApproved(): boolean {
    return this.#approved;
  }
}
