/** How mail leaves: one finished MIME message to its envelope. */

export interface Letter {
  /** The same for every attempt to send the same letter. */
  id: string;
  from: string;
  to: readonly string[];
  /** RFC 5322 with headers, CRLF. */
  mime: Uint8Array;
}

export interface Mail {
  /** @throws YaguraError Unavailable, Throttled: try again; Refused: the sender is not verified, or the receiver is blocked */
  send(letter: Letter): Promise<void>;
}
