/** The frame: header, steps, what is shown. */
import { busy, interrupted, isFitting, model, notice, table, view } from "./state/studio.ts";
import type { Interrupted, View } from "./state/studio.ts";
import { openFile, startAnew } from "./state/actions.ts";
import { DropArea, FileButton } from "./parts/file-drop.tsx";
import { DataView } from "./views/data.tsx";
import { ExploreView } from "./views/explore.tsx";
import { FitView } from "./views/fit.tsx";
import { InsideView } from "./views/inside.tsx";
import { OddView } from "./views/odd.tsx";
import { StartView } from "./views/start.tsx";
import { TakeView } from "./views/take.tsx";
import { WhatIfView } from "./views/what-if.tsx";
import { countText, percentText } from "couplet/report";

const STEPS: Readonly<Record<View, { readonly title: string; readonly needs: "table" | "model" }>> =
  {
    data: { title: "Data", needs: "table" },
    fit: { title: "Fit", needs: "table" },
    explore: { title: "Explore", needs: "model" },
    odd: { title: "Odd rows", needs: "model" },
    "what-if": { title: "What if", needs: "model" },
    inside: { title: "Inside", needs: "model" },
    take: { title: "Take away", needs: "model" },
  };

export function App() {
  const isOpen = table.value !== undefined || model.value !== undefined;
  return (
    <DropArea onFile={(file) => void openFile(file.name, file)}>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Header isOpen={isOpen} />
      {isOpen && <Steps />}
      <Notices />
      <main id="main" tabIndex={-1}>
        {isOpen ? <Shown /> : <StartView />}
      </main>
    </DropArea>
  );
}

function Header({ isOpen }: { readonly isOpen: boolean }) {
  const name = table.value?.name ?? model.value?.name;
  const rows = table.value?.rows;
  return (
    <header class="top">
      <div class="brand">
        <img src="./icon.svg" alt="" width="26" height="26" />
        <span>Couplet studio</span>
      </div>
      {isOpen && (
        <p class="file" title={name}>
          <strong>{name}</strong>
          {rows !== undefined && (
            <span>
              {countText(rows)} rows, {table.value!.names.length} columns
            </span>
          )}
        </p>
      )}
      {isOpen && (
        <div class="actions">
          <FileButton onFile={(file) => void openFile(file.name, file)}>Open a file</FileButton>
          <button type="button" class="quiet" onClick={() => void startAnew()}>
            Close
          </button>
        </div>
      )}
    </header>
  );
}

function Steps() {
  const has = { table: table.value !== undefined, model: model.value !== undefined };
  return (
    <nav class="steps" aria-label="Steps">
      {(Object.keys(STEPS) as View[]).map((name) => {
        const { title, needs } = STEPS[name];
        return (
          <button
            key={name}
            type="button"
            disabled={!has[needs]}
            title={has[needs] ? undefined : needs === "model" ? "After a fit" : "Needs a table"}
            aria-current={view.value === name ? "page" : undefined}
            onClick={() => (view.value = name)}
          >
            {title}
            {name === "fit" && isFitting.value && <span class="running" aria-label="running" />}
          </button>
        );
      })}
    </nav>
  );
}

function Notices() {
  return (
    <div class="notices" aria-live="polite">
      {interrupted.value !== undefined && <InterruptedFit fit={interrupted.value} />}
      {busy.value !== undefined && <p class="notice busy">{busy.value} …</p>}
      {notice.value !== undefined && (
        <p
          class={`notice ${notice.value.kind}`}
          role={notice.value.kind === "error" ? "alert" : undefined}
        >
          <span>{notice.value.text}</span>
          <button type="button" class="quiet" onClick={() => (notice.value = undefined)}>
            Dismiss
          </button>
        </p>
      )}
    </div>
  );
}

/** A fit of an earlier visit, which goes on or is forgotten. */
function InterruptedFit({ fit }: { readonly fit: Interrupted }) {
  const { fraction, savedAt, goOn, discard } = fit;
  return (
    <p class="notice interrupted">
      <span>
        {savedAt === undefined
          ? "A training was interrupted before its first checkpoint."
          : `A training was interrupted ${percentText(fraction)} through (${new Date(savedAt).toLocaleString()}). It can go on from there, to the same model.`}
      </span>
      <span class="actions">
        <button type="button" class="main" onClick={goOn}>
          {savedAt === undefined ? "Begin it anew" : "Go on"}
        </button>
        <button type="button" onClick={discard}>
          Discard it
        </button>
      </span>
    </p>
  );
}

function Shown() {
  const hasTable = table.value !== undefined;
  if (model.value === undefined) return view.value === "fit" ? <FitView /> : <DataView />;
  switch (view.value) {
    case "data":
      return hasTable ? <DataView /> : <ExploreView />;
    case "fit":
      return hasTable ? <FitView /> : <ExploreView />;
    case "explore":
      return <ExploreView />;
    case "odd":
      return <OddView />;
    case "what-if":
      return <WhatIfView />;
    case "inside":
      return <InsideView />;
    case "take":
      return <TakeView />;
  }
}
