/** Interleaved measurement of several participants on one model: A B C A B C ..., medians of the runs. */

import { Process } from "./participants.mjs";

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/**
 * @param entries    `{ participant, threads, options? , model? }`; all live at once, and only one works at a time
 * @param works      `{ what, rows }`
 * @param pace       `{ seconds, rounds, until }`: aimed length of one run, runs per participant, and when (ms) to start no more rounds; training gets one in any case
 * @param say        one line of progress or of what was left out
 * @returns figures `{ name, group, model, threads, what, rows, seconds, processorSeconds, low, high, value, rounds }` and `setups` by entry
 */
export async function measure({ entries, model, data, works, pace, say }) {
  const running = entries.map((entry) => ({ ...entry, process: new Process(entry.participant) }));
  const figures = [];
  const setups = [];
  const alive = [];
  try {
    for (const entry of running) {
      const asked = entry.model ?? model;
      const setup = await entry.process.ask({
        cmd: "setup",
        model: asked,
        threads: entry.threads,
        data,
        options: entry.options ?? entry.participant.options,
      });
      if (setup.unsupported ?? setup.error) {
        say(
          `${entry.participant.name}, ${asked.name}: left out: ${setup.unsupported ?? setup.error}`,
        );
        continue;
      }
      setups.push({
        name: entry.participant.name,
        model: asked.name,
        threads: entry.threads,
        label: entry.label,
        ...setup,
      });
      alive.push(entry);
    }
    for (const work of works) {
      const able = [];
      if (work.what !== "train" && Date.now() > pace.until) {
        say(
          `${model.name}: ${work.what}${work.rows ? ` in calls of ${work.rows} rows` : ""}: out of time`,
        );
        continue;
      }
      for (const entry of alive) {
        const iterations = await calibrate(entry, work, pace, say);
        if (iterations > 0)
          able.push({ entry, iterations, seconds: [], processor: [], value: undefined });
      }
      for (let round = 0; round < pace.rounds; round++) {
        if (round > 0 && Date.now() > pace.until) break;
        for (const one of able) {
          // work that is itself longer than a run's length needs fewer
          if (one.iterations === 1 && round >= (one.seconds.at(-1) > 2 ? 2 : 3)) continue;
          const reply = await one.entry.process.ask({
            cmd: "run",
            ...work,
            iterations: one.iterations,
          });
          if (reply.error) say(`${one.entry.participant.name}: ${work.what}: ${reply.error}`);
          else {
            one.seconds.push(reply.seconds / reply.iterations);
            one.processor.push(reply.processorSeconds / reply.iterations);
            one.value = reply.value;
          }
        }
      }
      for (const { entry, seconds, processor, value } of able) {
        if (seconds.length === 0) continue;
        if (value === null && entry.participant.group !== "floor")
          say(`${entry.participant.name}, ${model.name}: ${work.what}: the value is not finite`);
        figures.push({
          name: entry.participant.name,
          group: entry.participant.group,
          ...(entry.label ? { label: entry.label } : {}),
          model: (entry.model ?? model).name,
          threads: entry.threads,
          ...work,
          seconds: median(seconds),
          // of all threads: what other programs on the machine change least
          processorSeconds: median(processor),
          low: Math.min(...seconds),
          high: Math.max(...seconds),
          rounds: seconds.length,
          value,
        });
      }
    }
    for (const entry of alive) {
      const memory = await entry.process.ask({ cmd: "memory" });
      // a process that has not worked yet has no peak to speak of
      const worked = figures.some(
        (f) =>
          f.name === entry.participant.name &&
          f.label === entry.label &&
          f.threads === entry.threads,
      );
      if (memory.peakBytes && worked) {
        figures.push({
          name: entry.participant.name,
          group: entry.participant.group,
          ...(entry.label ? { label: entry.label } : {}),
          model: (entry.model ?? model).name,
          threads: entry.threads,
          what: "memory",
          ...memory,
        });
      }
    }
  } finally {
    await Promise.all(running.map(({ process }) => process.close()));
  }
  return { figures, setups };
}

/** Warms up (compilers, caches, pools) and finds how many iterations fill a run. 0: this participant cannot do it. */
async function calibrate({ participant, process }, work, pace, say) {
  let iterations = 1;
  for (let tries = 0; tries < 12; tries++) {
    const reply = await process.ask({ cmd: "run", ...work, iterations });
    if (reply.unsupported) return 0;
    if (reply.error) {
      say(`${participant.name}: ${work.what}: left out: ${reply.error}`);
      return 0;
    }
    const each = reply.seconds / reply.iterations;
    // the first call compiles, or trains the model that is to be scored: it says nothing about the next
    if (tries === 0) continue;
    // what takes many times a run's length is not warmed up for long
    if (reply.seconds > 10 * pace.seconds) return 1;
    if (reply.seconds > pace.seconds / 3) return Math.max(1, Math.round(pace.seconds / each));
    iterations = Math.max(iterations, Math.min(iterations * 8, Math.ceil(pace.seconds / 2 / each)));
  }
  return iterations;
}
