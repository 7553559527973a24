/** Whole files by path. `#storage` (package.json, imports) is Node's or the page's. */
export interface Storage {
  /** @throws CoupletError FILE_NOT_FOUND */
  read(path: string): Promise<Uint8Array>;
  /** Replaces the file in one step. */
  write(path: string, bytes: Uint8Array): Promise<void>;
}
