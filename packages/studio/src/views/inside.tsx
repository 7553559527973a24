/** The inside of a model: its layers; of two columns the plane on its way through them, and couplings as functions. */
import { countText, fixedText } from "couplet/report";
import { useEffect, useState } from "preact/hooks";
import { Chart } from "../parts/chart.tsx";
import { PlanePicture } from "../parts/plane-picture.tsx";
import { model, notice } from "../state/studio.ts";
import { words, workbench } from "../state/worker.ts";
import type { CouplingCurves, PlaneSteps } from "../worker/answers.ts";

/** Values of the frozen variable that have a curve. */
const FROZEN_VALUES = 5;

/** Positions of the slider from one step to the next. */
const BETWEEN = 20;

export function InsideView() {
  const { layers, dims, parameters, isPlane } = model.value!;
  return (
    <>
      <h1>Inside the model</h1>
      <p class="lead">
        {countText(dims)} variables pass {layers.length} layers with {countText(parameters)}{" "}
        parameters. Each layer can be undone, so every row has an exact density.
      </p>
      {isPlane ? (
        <Plane />
      ) : (
        <ol class="layers">
          {layers.map(({ text }, i) => (
            <li key={i}>{text}</li>
          ))}
        </ol>
      )}
    </>
  );
}

function Plane() {
  const [plane, setPlane] = useState<PlaneSteps>();
  const [at, setAt] = useState(0);
  const opened = model.value;
  useEffect(() => {
    let isOld = false;
    workbench.plane().then(
      (answer) => !isOld && setPlane(answer),
      (error: unknown) => !isOld && (notice.value = { kind: "error", text: words(error) }),
    );
    return () => {
      isOld = true;
    };
  }, [opened]);
  if (plane === undefined) return <p class="empty tall">Pushing the plane through the layers …</p>;
  const last = plane.steps.length - 1;
  const step = plane.steps[Math.round(at)]!;
  return (
    <div class="picture-and-words">
      <section>
        <PlanePicture plane={plane} at={at} size={520} />
        <label class="slider">
          <span>Layer</span>
          <input
            type="range"
            min="0"
            max={last * BETWEEN}
            value={at * BETWEEN}
            aria-valuetext={step.title}
            onInput={(event) => setAt(Number(event.currentTarget.value) / BETWEEN)}
          />
        </label>
        <p class="legend">
          Drag the slider: the plane of {plane.names.join(" and ")} folds until its rows are a
          standard normal. Points keep the colour of where they began.
        </p>
      </section>
      <section>
        <h2>
          Step {Math.round(at)} of {last}: {step.title}
        </h2>
        <p class="muted">{step.text}</p>
        {step.layer !== undefined && (
          <p>
            Mean log-determinant {fixedText(step.meanLogDet, 3)} nats: how much the step stretches
            the plane at the rows.
          </p>
        )}
        {step.layer !== undefined && <Coupling layer={step.layer} />}
      </section>
    </div>
  );
}

function Coupling({ layer }: { readonly layer: number }) {
  const [curves, setCurves] = useState<CouplingCurves>();
  useEffect(() => {
    let isOld = false;
    setCurves(undefined);
    workbench.coupling(layer).then(
      (answer) => !isOld && setCurves(answer),
      () => undefined,
    );
    return () => {
      isOld = true;
    };
  }, [layer]);
  if (curves === undefined) return null;
  const { frozen, moving } = curves;
  return (
    <>
      <h3>The coupling as a function</h3>
      <p class="muted">
        Variable {frozen} is frozen; variable {moving} moves along the curve of its value.
      </p>
      <CurveChart curves={curves} of="after" title={`variable ${moving} after`} />
      <CurveChart curves={curves} of="slope" title="slope" />
      <p class="legend">
        Variable {frozen} from −2 <span class="key blue" /> to 2 <span class="key orange" />
        {curves.knots.length > 0 &&
          `. Dots are the ${curves.knots.length / FROZEN_VALUES} knots of each spline: the network sets their places and slopes, between them the curve follows.`}
      </p>
    </>
  );
}

/** Between two colours of the theme, by the style sheet. */
function colourOf({ frozen }: { readonly frozen: number }): string {
  return `color-mix(in oklab, var(--series-1), var(--series-2) ${25 * (frozen + 2)}%)`;
}

function CurveChart({
  curves,
  of,
  title,
}: {
  readonly curves: CouplingCurves;
  readonly of: "after" | "slope";
  readonly title: string;
}) {
  return (
    <Chart
      height={190}
      by={[curves, of]}
      label={`${title} over variable ${curves.moving} before, for five values of variable ${curves.frozen}`}
      draw={(plot, width) => ({
        width,
        marginLeft: 40,
        x: { label: `variable ${curves.moving} before`, ticks: 7 },
        y: { label: title, ticks: 5, grid: true, ...(of === "slope" ? { zero: true } : {}) },
        color: { type: "identity" },
        marks: [
          plot.line(curves.curves, { x: "before", y: of, z: "frozen", stroke: colourOf }),
          plot.dot(curves.knots, { x: "before", y: of, r: 2, fill: colourOf }),
        ],
      })}
    />
  );
}
