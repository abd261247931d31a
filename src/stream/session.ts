import type { CloseReason } from '../tcp/stream.ts';

/** What two sides speak on a connection, or on a stream, instead of HTTP. */
export type SessionType = 'websocket' | 'tunnel';

export type Speaker = 'client' | 'server';

/** What one side has said; undefined where that cannot be known. */
export type SpokenBySide = {
  /** Whole ones, however many frames they took. */
  readonly messages: number | undefined;
  /** Payload of its messages; all that it sent, where there are none. */
  readonly bytes: number | undefined;
};

/** What became of a session, as far as its bytes tell. */
export type SessionAccount = {
  readonly type: SessionType;
  readonly client: SpokenBySide;
  readonly server: SpokenBySide;
  /** When something was last heard of it, microseconds since the epoch; 0 if nothing was. */
  readonly lastTime: number;
  /** The side that was the first to say in the words of its protocol that it will end. */
  readonly closedBy: Speaker | undefined;
  /** The side that was the first to send nothing more. */
  readonly endedBy: Speaker | undefined;
  /** RFC 6455, section 7.4. */
  readonly closeCode: number | undefined;
  /** Both sides have said so. */
  readonly isClosed: boolean;
  /** Some of it was not captured: as much as is known of that. */
  readonly gapBytes: number | undefined;
};

/** Hears of the end of one session. */
export interface SessionListener {
  end(account: SessionAccount, reason: CloseReason): void;
}
