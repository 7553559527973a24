/** Files chosen or dropped. */
import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";

interface FileButtonProps {
  readonly onFile: (file: File) => void;
  readonly children: ComponentChildren;
  readonly isMain?: boolean;
}

/** A button that asks for a file. */
export function FileButton({ onFile, children, isMain = false }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class={isMain ? "main" : ""} onClick={() => input.current?.click()}>
        {children}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.tsv,.tab,.txt,.json,.jsonl,.ndjson,.gz,.parquet,.pq,.arrow,.arrows,.feather,.ipc,.npy,.couplet"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = "";
          if (file !== undefined) onFile(file);
        }}
      />
    </>
  );
}

/** The whole page takes files that are dropped on it. */
export function DropArea({
  onFile,
  children,
}: {
  readonly onFile: (file: File) => void;
  readonly children: ComponentChildren;
}) {
  const [isOver, setOver] = useState(false);
  return (
    <div
      class={isOver ? "page over" : "page"}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) setOver(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [file] = event.dataTransfer?.files ?? [];
        if (file !== undefined) onFile(file);
      }}
    >
      {children}
      {isOver && <div class="drop-cover">Drop it to open it here</div>}
    </div>
  );
}
