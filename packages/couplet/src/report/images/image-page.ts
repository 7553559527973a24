/** The report of a model of images as one page of HTML. */
import { encodePng, imageGrid } from "../../images/png.ts";
import { base64Of } from "../../file/base64.ts";
import { openCharts } from "../page/charts.ts";
import type { Charts } from "../page/charts.ts";
import { currentEnvironment } from "../page/environment.ts";
import { figure, figureGrid } from "../page/figure.ts";
import { html } from "../page/html.ts";
import type { Html } from "../page/html.ts";
import { sharesInBins } from "../page/histogram.ts";
import { countText, percentText } from "../page/number-text.ts";
import { renderPage } from "../page/page.ts";
import type { PageSection } from "../page/page.ts";
import { colours } from "../page/palette.ts";
import { dataTable, headlines, legend, notice } from "../page/parts.ts";
import type { ImageReport, ImageRow, RankedImage } from "./image-measures.ts";

/** Pixels of the screen that a grid or a row is wide, about. */
const WIDTH = { half: 420, wide: 880 };

/** Images beside each other in a grid: classes take turns, and ten of them are under each other. */
const COLUMNS = 10;

/** Of a chart. */
const CHART = { width: 440, height: 240 };

/**
 * The report as a page: samples beside real images, temperatures, interpolations, the most and the least likely images, bits per
 * dimension, and the samples as training went on. Needs the optional peers of reports, and `fast-png`.
 *
 * @returns the text of the file
 */
export async function renderImageReport(report: ImageReport): Promise<string> {
  const pictures = new Pictures(report);
  const { model } = report;
  return renderPage({
    title: `Images of ${report.name}`,
    lead: `${model.preset}, ${model.size}: ${countText(model.parameters)} parameters, trained on ${countText(model.images)} images`,
    command: report.command,
    summary: await summaryOf(report, pictures),
    sections: [
      await likelihoodSection(report, pictures),
      await latentSection(report, pictures),
      ...(report.history.length === 0 ? [] : [await trainingSection(report, pictures)]),
      { id: "fields", title: "How far a value sees", content: fieldTable(report) },
    ],
    environment: currentEnvironment(),
  });
}

async function summaryOf(report: ImageReport, pictures: Pictures): Promise<Html> {
  const { score, evaluated } = report;
  const which =
    evaluated.kind === "held-out"
      ? `images of ${report.name} that training never saw`
      : `images of ${report.name}`;
  return html`${headlines([
    {
      label: "bits per dimension",
      value: `${score.bits.toFixed(3)} ± ${score.standardError.toFixed(3)}`,
      note: `${score.samples} noise samples of each of ${countText(evaluated.images)} ${which}; lower is better`,
    },
    ...(score.accuracy === undefined
      ? []
      : [
          {
            label: "class that fits best",
            value: percentText(score.accuracy),
            note: "of those images have the greatest p(image | class) under their own class",
          },
        ]),
    {
      label: "an image is",
      value: report.shape.join(" × "),
      note: "height, width, channels",
    },
  ])}
  ${
    evaluated.kind === "other" &&
    notice(
      "note",
      "These images are not known to be apart from those of the training: for the figure of images that it never saw, give the file that the model was fitted on, or one of test images.",
    )
  }
  ${figureGrid([
    figure({
      id: "real",
      title: "Real images",
      read: `${countText(report.real.length / pictures.size)} of the images that are scored.`,
      chart: await pictures.grid(report.real, WIDTH.half, COLUMNS),
    }),
    figure({
      id: "samples",
      title: "Samples of the model",
      read: "They should look like the real ones, and as different from each other as those.",
      chart: await pictures.grid(report.sampled, WIDTH.half, COLUMNS),
    }),
  ])}`;
}

async function likelihoodSection(report: ImageReport, pictures: Pictures): Promise<PageSection> {
  const charts = await openCharts();
  return {
    id: "likelihood",
    title: "How likely images are",
    content: html`${figureGrid([bitsFigure(charts, report), lossFigure(charts, report)])}
    ${await pictures.ranked("least", "Least likely images", report.leastLikely)}
    ${await pictures.ranked("most", "Most likely images", report.mostLikely)}`,
  };
}

async function latentSection(report: ImageReport, pictures: Pictures): Promise<PageSection> {
  return {
    id: "latent",
    title: "What lies between and around",
    content: html`${await pictures.rows(
      {
        id: "interpolations",
        title: "Interpolations",
        read: "From one real image (left) to another (right) on the great circle of their latent rows; what lies between should look like images, too.",
      },
      report.interpolations,
      "images",
    )}
    ${await pictures.rows(
      {
        id: "temperatures",
        title: "Temperatures",
        read: "The same draws with the base's spread times the temperature: below 1 they come from nearer to the middle, and are plainer. 1 is the model.",
      },
      report.temperatures,
      "temperature",
    )}`,
  };
}

async function trainingSection(report: ImageReport, pictures: Pictures): Promise<PageSection> {
  return {
    id: "training",
    title: "Samples as training went on",
    content: await pictures.rows(
      {
        id: "history",
        title: "The same draws, after so many images",
        read: "Bits per dimension are those of the validation images at that time.",
      },
      report.history.map((row) => ({
        ...row,
        label: `${countText(row.seen)} (${row.bits.toFixed(2)} bits)`,
      })),
      "images seen",
    ),
  };
}

/** Images as PNG within the page. */
class Pictures {
  readonly size: number;
  readonly #shape: readonly [number, number, number];
  readonly #top: number;

  constructor({ shape, real, sampled }: ImageReport) {
    this.#shape = shape;
    this.size = shape[0] * shape[1] * shape[2];
    // Images of fewer bits have smaller values: the greatest is white.
    const most = [...real, ...sampled].reduce((a, b) => Math.max(a, b), 1);
    this.#top = most < 128 ? 2 ** Math.ceil(Math.log2(most + 1)) - 1 : 255;
  }

  async grid(images: Uint8Array, width: number, columns: number): Promise<Html> {
    const count = images.length / this.size;
    const bytes =
      this.#top === 255 ? images : images.map((value) => Math.round((value * 255) / this.#top));
    const { data, shape } = imageGrid(bytes, this.#shape, columns);
    const address = `data:image/png;base64,${base64Of(await encodePng(data, shape))}`;
    // Whole and half multiples of a pixel look even.
    const zoom = Math.max(1, Math.floor((2 * width) / shape[1]) / 2);
    return html`<img
      src="${address}"
      width="${zoom * shape[1]}"
      height="${zoom * shape[0]}"
      style="image-rendering: pixelated; max-width: 100%; height: auto"
      alt="${countText(count)} images in a grid"
    />`;
  }

  /** A row of images for each word, under each other. */
  async rows(
    about: { readonly id: string; readonly title: string; readonly read: string },
    rows: readonly ImageRow[],
    name: string,
  ): Promise<Html> {
    const lines: (readonly [string, Html])[] = [];
    for (const { label, images } of rows)
      lines.push([label, await this.grid(images, WIDTH.wide - 200, images.length / this.size)]);
    return figure({
      ...about,
      wide: true,
      chart: dataTable({ columns: [{ name }, { name: "" }], rows: lines }),
    });
  }

  /** Images with their bits below them. */
  async ranked(id: string, title: string, images: readonly RankedImage[]): Promise<Html> {
    const cells: Html[] = [];
    for (const { image, bits, number } of images)
      cells.push(
        html`<div style="text-align: center">
          ${await this.grid(image, 72, 1)}
          <div class="note">${bits.toFixed(2)}<br />no. ${number}</div>
        </div>`,
      );
    return figure({
      id,
      title,
      wide: true,
      read:
        id === "least"
          ? "Bits per dimension, and the image's number: odd images, and those with much detail, which any model needs many bits for."
          : "Bits per dimension, and the image's number: usually the plainest ones.",
      chart: html`<div style="display: flex; flex-wrap: wrap; gap: 10px">${cells}</div>`,
    });
  }
}

function bitsFigure({ Plot, draw }: Charts, { bits }: ImageReport): Html {
  const all = [...bits.real, ...bits.sampled];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const sharesOf = (values: readonly number[]) => sharesInBins(values, low, high, 30);
  const [real, sampled] = [sharesOf(bits.real), sharesOf(bits.sampled)];
  return figure({
    id: "bits",
    title: "Bits per dimension, image by image",
    read: "Samples that need clearly fewer bits than real images are plainer than those; samples that need more are noisier.",
    chart: [
      legend([
        { label: "real images", colour: colours.real, mark: "area" },
        { label: "samples", colour: colours.sampled, mark: "line" },
      ]),
      draw(
        {
          ...CHART,
          marginLeft: 48,
          x: { label: "bits per dimension" },
          y: { label: "share of the images", grid: true, tickFormat: percentText },
          marks: [
            Plot.rectY(real, {
              x1: "from",
              x2: "to",
              y: "share",
              fill: colours.real,
              fillOpacity: 0.5,
            }),
            Plot.line(
              sampled.map(({ from, to, share }) => ({ at: (from + to) / 2, share })),
              { x: "at", y: "share", stroke: colours.sampled, strokeWidth: 1.8 },
            ),
          ],
        },
        "Histograms of bits per dimension of real images and of samples",
      ),
    ],
    data: {
      from: real.map(({ from }) => from),
      to: real.map(({ to }) => to),
      real: real.map(({ share }) => share),
      samples: sampled.map(({ share }) => share),
    },
  });
}

function lossFigure({ Plot, draw }: Charts, { losses }: ImageReport): Html {
  const { training, validation, best } = losses;
  const curve = (values: readonly number[]) => values.map((bits, i) => ({ epoch: i + 1, bits }));
  const late = [...training.slice(1), ...validation.slice(1)].filter(Number.isFinite);
  const scale = late.length > 1 ? { domain: [Math.min(...late), Math.max(...late)] } : {};
  return figure({
    id: "losses",
    title: `Losses: the best epoch is ${best} of ${validation.length}`,
    read: "Both should fall and flatten; a validation loss that rises while the other falls is overfitting.",
    note: "One noise sample an image; an epoch is at most 6,000 images.",
    chart: [
      legend([
        { label: "training images", colour: colours.real, mark: "line" },
        { label: "validation images", colour: colours.sampled, mark: "line" },
      ]),
      draw(
        {
          ...CHART,
          marginLeft: 48,
          x: { label: "epoch" },
          y: { label: "bits per dimension", grid: true, ...scale },
          marks: [
            Plot.line(curve(training), {
              x: "epoch",
              y: "bits",
              stroke: colours.real,
              strokeWidth: 1.8,
              clip: true,
            }),
            Plot.line(curve(validation), {
              x: "epoch",
              y: "bits",
              stroke: colours.sampled,
              strokeWidth: 1.8,
              clip: true,
            }),
          ],
        },
        "Bits per dimension of training and validation images by epoch",
      ),
    ],
    data: { epoch: validation.map((_, i) => i + 1), training, validation },
  });
}

function fieldTable({ receptiveField }: ImageReport): Html {
  return dataTable({
    caption:
      "Pixels of the image that a latent value may have its information from, level by level: the network's radius, coupling by coupling.",
    columns: [
      { name: "level (height, width, channels)" },
      { name: "couplings", align: "right" },
      { name: "pixels of the image in one of its own", align: "right" },
      { name: "sees", align: "right" },
    ],
    rows: receptiveField.map(({ shape, couplings, scale, side }) => [
      shape.join(" × "),
      couplings,
      `${scale} × ${scale}`,
      side.join(" × "),
    ]),
  });
}
