import { describe, expect, it } from "vitest";
import { durationFormat } from "../schema/duration-format.ts";
import { detectNumberFormat, writeInFormat, formattedReader } from "./number-format.ts";

describe("number spellings", () => {
  it.each<[string, string[], object, number[]]>([
    ["a unit", ["12.5 kg", "7 kg", "-0.5 kg"], { suffix: " kg" }, [12.5, 7, -0.5]],
    ["a percentage", ["45%", "7.5%"], { suffix: "%" }, [45, 7.5]],
    ["a currency", ["$5.00", "-$1234.50"], { prefix: "$" }, [5, -1234.5]],
    [
      "a currency with thousands",
      ["$999", "$1,234,567.5"],
      { prefix: "$", group: "," },
      [999, 1234567.5],
    ],
    ["a currency's code", ["EUR 12", "EUR 3"], { prefix: "EUR " }, [12, 3]],
    ["a decimal comma", ["3,14", "2"], { decimal: "," }, [3.14, 2]],
    ["points for thousands", ["1.234,5", "12"], { decimal: ",", group: "." }, [1234.5, 12]],
    [
      "spaces for thousands",
      ["1 234,5 €", "12,25 €"],
      { decimal: ",", group: " ", suffix: " €" },
      [1234.5, 12.25],
    ],
    ["thousands alone", ["1,234", "12,345", "7"], { group: "," }, [1234, 12345, 7]],
    [
      "negative numbers in parentheses",
      ["(1,234)", "56", "(7)"],
      { parentheses: true, group: "," },
      [-1234, 56, -7],
    ],
    ["and with a currency", ["$5.50", "($12.00)"], { parentheses: true, prefix: "$" }, [5.5, -12]],
    ["hours, minutes and seconds", ["43:43:05", "0:00:59"], { duration: "h:mm:ss" }, [157385, 59]],
    ["minutes and seconds", ["39:37", "0:56"], { duration: "m:ss" }, [2377, 56]],
    ["hours and minutes in words", ["5h 33m", "1h 0m"], { duration: "h'h' m'm'" }, [333, 60]],
    [
      "hours and minutes without what is 0",
      ["2h 50m", "19h", "45m", "0m"],
      { duration: "[h'h'] [m'm']" },
      [170, 1140, 45, 0],
    ],
    ["days and hours without what is 0", ["1d 2h", "3d"], { duration: "[d'd'] [h'h']" }, [26, 72]],
    ["minutes of ISO 8601", ["PT151M", "PT9M"], { duration: "'PT'm'M'" }, [151, 9]],
    [
      "durations of ISO 8601",
      ["PT2H31M", "PT45M", "P1DT2H"],
      { duration: "ISO" },
      [9060, 2700, 93600],
    ],
    ["a comma that a zero gives away", ["1,234", "0,345"], { decimal: "," }, [1.234, 0.345]],
  ])("reads %s and writes it back", (_, texts, numberFormat, values) => {
    expect(detectNumberFormat(texts)).toEqual(numberFormat);
    const read = formattedReader(numberFormat);
    expect(texts.map(read)).toEqual(values);
    expect(
      values.map((v) => formattedReader(numberFormat)(writeInFormat(String(v), numberFormat))),
    ).toEqual(values);
  });

  it.each([
    [["1.5", "2"]], // plain
    [["5 kg", "3 lb"]],
    [["P-17", "P-18"]],
    [["K7", "K8"]],
    [["00123 kg", "17 kg"]],
    [["1,23,4", "5"]],
    [["12-13", "14-15"]],
    [["abc"]],
    [[]],
  ])("leaves %j alone", (texts) => {
    expect(detectNumberFormat(texts)).toBeUndefined();
  });

  it("refuses durations whose parts are too large, and invalid patterns", () => {
    const read = formattedReader({ duration: "h:mm:ss" });
    expect([read("1:60:00"), read("1:2:03"), read("1:02"), read("")].every(Number.isNaN)).toBe(
      true,
    );
    expect(durationFormat("h:ss")).toBeUndefined();
    expect(durationFormat("m:h")).toBeUndefined();
    expect(durationFormat("hello")).toBeUndefined();
    expect(durationFormat("d'd' hh:mm")!.format(60 * 27 + 5)).toBe("1d 03:05");
  });

  it("refuses a minus within parentheses", () => {
    const read = formattedReader({ parentheses: true, group: "," });
    expect([read("(-5)"), read("(5"), read("()")].every(Number.isNaN)).toBe(true);
    expect([read("-5"), read("(1,005)")]).toEqual([-5, -1005]);
  });

  it("refuses a number in another spelling", () => {
    const read = formattedReader({ decimal: ",", group: "." });
    expect([read("1,5"), read("1.234,5")]).toEqual([1.5, 1234.5]);
    expect([read("1.5"), read("12.34"), read(""), read("--1")].every(Number.isNaN)).toBe(true);
  });
});
